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

variable "github" {
  description = "The repository at GitHub (<owner>/<name>) whose workflows get roles here, and the bucket of states; without it there are none."
  type        = object({ repository = string, states_bucket = string })
  default     = null
}
