variable "name" { type = string }
variable "kms_key_arn" { type = string }
variable "copy_region" { type = string }

variable "resource_arns" {
  description = "The database and the tables."
  type        = list(string)
}
