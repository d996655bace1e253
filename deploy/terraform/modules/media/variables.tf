variable "media_bucket" { type = string }
variable "downloads_bucket" { type = string }

variable "distribution_arns" {
  description = "The CloudFront distributions that may read pictures and models."
  type        = list(string)
  default     = []
}

variable "replica_buckets" {
  description = "For each other region, the names of its media and downloads buckets."
  type        = list(object({ media = string, downloads = string }))
  default     = []
}
