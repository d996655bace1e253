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

variable "image_function_arn" {
  description = "A published version of the Lambda@Edge function that chooses the picture's format; empty for none."
  type        = string
  default     = ""
}

variable "requests_in_five_minutes" {
  type    = number
  default = 2000
}
