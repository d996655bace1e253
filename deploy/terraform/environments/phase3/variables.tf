variable "domain" { type = string }
variable "origin_domain" { type = string }
variable "zone_id" { type = string }
variable "from_email" { type = string }
variable "alarm_email" { type = string }
variable "rotation" { type = string }

variable "images" {
  description = "For each region, the shop's image by its digest: <account>.dkr.ecr.<region>.amazonaws.com/<name>@sha256:..."
  type        = map(string)
}

variable "certificate_arns" {
  description = "For each region, a certificate of the domain, the origin's domain and *.<origin domain>."
  type        = map(string)
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

variable "negotiate_pictures" {
  description = "Send AVIF to browsers that draw it: only after every kept picture has one (deploy/lambdas/edge_images/README.md)."
  type        = bool
  default     = false
}

variable "pandas_layer_arns" {
  description = "AWS's public layer with pyarrow (AWSSDKPandas-Python312) by region; where there is none, the workers alone compact the lake."
  type        = map(string)
  default     = {}
}

variable "quicksight" {
  type    = bool
  default = false
}

variable "recovery_active" {
  description = "Start the processes in us-west-2 (deploy/runbooks/region-loss.md)."
  type        = bool
  default     = false
}

variable "european_homes" {
  description = "Keep what is Europeans' in a database and a bucket of eu-west-1 (deploy/decisions/0026-data-residency.md): for a shop that begins with it."
  type        = bool
  default     = false
}
