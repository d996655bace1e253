variable "name" { type = string }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "instance_type" { type = string }
variable "instances" { type = number }
variable "task_role_arns" { type = list(string) }

variable "dedicated_masters" {
  type    = bool
  default = false
}

variable "storage_gib" {
  type    = number
  default = 50
}
