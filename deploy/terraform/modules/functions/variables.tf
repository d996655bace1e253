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
