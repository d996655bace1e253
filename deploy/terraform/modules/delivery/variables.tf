variable "name" { type = string }
variable "environment" { type = string }
variable "regions" { type = list(string) }
variable "kms_key_arns" { type = list(string) }

variable "repository" {
  description = "At GitHub: <owner>/<name>."
  type        = string
}

variable "states_bucket" {
  description = "Where the states are, and the plans that wait to be approved."
  type        = string
}
