variable "name" { type = string }
variable "domain" { type = string }
variable "image" { type = string }
variable "repository" { type = string }
variable "cidr" { type = string }
variable "certificate_arn" { type = string }
variable "from_email" { type = string }
variable "alarm_email" { type = string }
variable "table_prefix" { type = string }
variable "table_names" { type = list(string) }
variable "distribution_arns" { type = list(string) }

variable "high_availability" {
  description = "Phase 2 and later: a standby database, three gateways, three nodes of DAX and of OpenSearch."
  type        = bool
}

variable "min_tasks" { type = number }
variable "valkey_replicas" { type = number }
variable "valkey_node_type" { type = string }
variable "database_class" { type = string }
variable "search_instance_type" { type = string }

variable "readers" {
  type    = number
  default = 0
}

variable "orders_replica_of" {
  description = "ARN of the orders in another region, where this one holds a replica; empty where the orders are written."
  type        = string
  default     = ""
}

variable "home" {
  description = "The region whose people are at home here, as the shop spells it: us or eu."
  type        = string
  default     = "us"
}

variable "other_home" {
  description = "The region whose people are at home elsewhere, and the bucket for copies of their data; empty where everybody is at home here."
  type        = object({ region = string, downloads_bucket = string })
  default     = { region = "", downloads_bucket = "" }
}

variable "other_orders_url" {
  description = "Where the accounts and orders of the other home are."
  type        = string
  default     = ""
  sensitive   = true
}

variable "other_regions" {
  description = "Where else processes enter the database by the login that changes here (their output `follower`, or `visitor` of another home)."
  type        = list(object({ secret_arns = list(string), kms_key_arn = string, cluster_arn = string }))
  default     = []
}

variable "replica_buckets" {
  type    = list(object({ media = string, downloads = string }))
  default = []
}

variable "pandas_layer_arn" {
  description = "AWS's public layer with pyarrow in this region; without it the workers alone compact the lake."
  type        = string
  default     = ""
}

variable "quicksight" {
  type    = bool
  default = false
}

variable "shared_secrets" {
  description = "What all regions share: orders_url is where other regions find the orders' writer."
  sensitive   = true
  type = object({
    secret_key      = string
    sealing_keys    = string
    jwt_private_key = string
    orders_password = string
    orders_url      = optional(string, "")
    valkey_token    = string
    origin_key      = string
  })
}

variable "email_url" {
  type      = string
  sensitive = true
}

variable "stripe_secret_key" {
  type      = string
  sensitive = true
}

variable "stripe_webhook_secrets" {
  type      = string
  sensitive = true
}

variable "active" {
  type    = bool
  default = true
}
