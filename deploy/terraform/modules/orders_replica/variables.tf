variable "name" { type = string }
variable "source_arn" { type = string }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "kms_key_arn" { type = string }
variable "instance_class" { type = string }
variable "multi_az" { type = bool }

variable "max_storage_gib" {
  type    = number
  default = 1000
}
