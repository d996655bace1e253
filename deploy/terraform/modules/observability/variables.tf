variable "name" { type = string }
variable "account_id" { type = string }
variable "alarm_topic_arn" { type = string }
variable "cluster_name" { type = string }
variable "service_names" { type = map(string) }
variable "balancer_arn_suffix" { type = string }
variable "database" { type = string }
variable "readers" { type = list(string) }
variable "valkey" { type = string }
variable "search_domain" { type = string }
variable "queue_names" { type = map(string) }
variable "dead_queue_names" { type = map(string) }
variable "table_names" { type = list(string) }

variable "storage_gib" {
  type    = number
  default = 100
}

variable "max_connections" {
  description = "Of the database's instance class."
  type        = number
  default     = 1600
}
