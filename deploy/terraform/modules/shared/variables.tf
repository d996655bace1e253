variable "name" { type = string }

variable "rotation" {
  description = "A date. When it changes, so do the password of the administrator of PostgreSQL and the origin's key."
  type        = string
}

variable "replica_regions" {
  type    = set(string)
  default = []
}
