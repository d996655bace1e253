variable "name" { type = string }
variable "lake_bucket" { type = string }

variable "quicksight" {
  description = "Whether the account has signed up for QuickSight."
  type        = bool
  default     = false
}
