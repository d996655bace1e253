variable "name" { type = string }
variable "image" { type = string }
variable "domain" { type = string }
variable "from_email" { type = string }
variable "vpc_id" { type = string }
variable "public_subnet_ids" { type = list(string) }
variable "private_subnet_ids" { type = list(string) }
variable "balancer_security_group_id" { type = string }
variable "task_security_group_id" { type = string }
variable "certificate_arn" { type = string }
variable "execution_role_arn" { type = string }
variable "task_role_arns" { type = map(string) }
variable "secret_arns" { type = map(string) }
variable "secret_names" { type = set(string) }
variable "kms_key_arn" { type = string }
variable "event_topic_arn" { type = string }
variable "queue_prefix" { type = string }
variable "visibility_seconds" { type = number }
variable "table_prefix" { type = string }
variable "dax_endpoint" { type = string }
variable "media_bucket" { type = string }
variable "downloads_bucket" { type = string }
variable "lake_bucket" { type = string }
variable "home" { type = string }

variable "other_home" {
  type = object({ region = string, downloads_bucket = string })
}

variable "search_url" { type = string }

variable "origin_key" {
  description = "A secret header that CloudFront adds; without it the load balancer answers nothing."
  type        = string
  sensitive   = true
}

variable "min_tasks" {
  type    = number
  default = 4
}

variable "max_tasks" {
  type    = number
  default = 50
}

variable "realtime_tasks" {
  type    = number
  default = 2
}

variable "worker_tasks" {
  type    = number
  default = 2
}

variable "active" {
  description = "Whether processes run here; a region of recovery has them ready, but none running."
  type        = bool
  default     = true
}
