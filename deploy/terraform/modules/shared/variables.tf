variable "name" { type = string }

variable "rotation" {
  description = "A date. When it changes, so do the passwords of PostgreSQL and Valkey and the origin's key."
  type        = string
}

variable "replica_regions" {
  type    = set(string)
  default = []
}
