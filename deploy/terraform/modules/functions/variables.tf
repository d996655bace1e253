variable "name" { type = string }
variable "kms_key_arn" { type = string }
variable "alarm_topic_arn" { type = string }
variable "products_table" { type = string }
variable "search_queue" { type = object({ url = string, arn = string }) }
variable "default_queue" { type = object({ url = string, arn = string }) }
variable "paid_queue_arn" { type = string }
variable "lake_bucket" { type = string }

variable "pandas_layer_arn" {
  description = "AWS's public layer with pyarrow in this region; without it there is no lake_compactor."
  type        = string
}

variable "scales_replicas" {
  description = "Whether the orders are written in this region, and have readers."
  type        = bool
}

variable "rotated_secret_arns" {
  description = "What Secrets Manager has changed here, by the variable of the containers."
  type        = map(string)
}

variable "rotation_times" {
  description = "When that begins, by the same names."
  type        = map(string)
}

variable "logins" {
  description = "Of the database: its administrator's secret and those of the logins that take turns; empty where no orders are written."
  type        = object({ admin = string, turns = map(string) })
}

variable "followers" {
  description = "Secrets with the database's login beside DATABASE_URL, and the keys of those in other regions."
  type        = object({ secret_arns = list(string), kms_key_arns = list(string) })
}

variable "processes" {
  description = "What starts anew with new passwords, our own cluster first, and the task that speaks to the stores."
  type        = object({ cluster_arns = list(string), services = list(string), family = string, role_arns = list(string) })
}

variable "valkey" { type = object({ id = string, arn = string }) }
variable "subnet_ids" { type = list(string) }
variable "security_group_id" { type = string }

variable "writer" { type = string }
variable "readers_name" { type = string }
variable "readers_zone_id" { type = string }
variable "fewest_replicas" { type = number }

variable "most_replicas" {
  description = "RDS takes fifteen; each costs what the writer does without its standby."
  type        = number
  default     = 5
}

variable "max_connections" {
  description = "Of the database's instance class."
  type        = number
  default     = 1600
}
