variable "name" { type = string }
variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "proxy_security_group_id" { type = string }
variable "kms_key_arn" { type = string }
variable "instance_class" { type = string }

variable "storage_gib" {
  type    = number
  default = 100
}

variable "multi_az" { type = bool }

variable "readers" {
  description = "Read replicas in this region, the floor of those that deploy/lambdas/replica_scaler adds when lag or load breach a threshold."
  type        = number
}

variable "password" {
  type      = string
  sensitive = true
}
