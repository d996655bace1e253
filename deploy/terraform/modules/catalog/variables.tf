variable "table_prefix" {
  description = "DYNAMODB_TABLE_PREFIX of the containers."
  type        = string
}

variable "replica_regions" {
  description = "Other regions that hold a replica of every table."
  type        = set(string)
  default     = []
}
