variable "name" { type = string }
variable "domain" { type = string }
variable "origin_domain" { type = string }
variable "certificate_arn" { type = string }

variable "origin_key" {
  type      = string
  sensitive = true
}

variable "media_bucket_domains" {
  description = "The first is asked; the second when the first does not answer."
  type        = list(string)
}

variable "negotiate_pictures" {
  description = "Send AVIF to browsers that draw it: only after every kept picture has one (deploy/lambdas/edge_images/README.md)."
  type        = bool
  default     = false
}

variable "alarm_topic_arn" { type = string }

variable "requests_in_five_minutes" {
  type    = number
  default = 2000
}
