variable "name" { type = string }
variable "table_names" { type = list(string) }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }

variable "node_type" {
  type    = string
  default = "dax.r5.large"
}

variable "nodes" {
  description = "One in phase 1, three (one a zone) from phase 2."
  type        = number
}
