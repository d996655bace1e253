variable "name" { type = string }

variable "shop" {
  description = "What is the same in every region."
  type = object({
    domain                 = string
    from_email             = string
    alarm_email            = string
    email_url              = string
    stripe_secret_key      = string
    stripe_webhook_secrets = string
    repository             = string
    table_prefix           = string
    table_names            = list(string)
    quicksight             = bool
  })
}

variable "image" { type = string }
variable "cidr" { type = string }
variable "certificate_arn" { type = string }
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

variable "active" {
  type    = bool
  default = true
}
