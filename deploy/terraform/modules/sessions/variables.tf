variable "name" { type = string }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }
variable "node_type" { type = string }

variable "replicas" {
  description = "Of each shard: none in phase 1, one from phase 2, two in phase 3."
  type        = number
}

variable "auth_token" {
  type      = string
  sensitive = true
}
