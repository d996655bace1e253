variable "name" { type = string }
variable "alarm_email" { type = string }

variable "queue_prefix" {
  description = "QUEUE_PREFIX of the containers."
  type        = string
}

variable "kms_key_id" {
  description = "A key that CloudWatch, Budgets and EventBridge may use."
  type        = string
}

variable "visibility_seconds" {
  description = "TASK_VISIBILITY_SECONDS of the containers: longer than the longest task."
  type        = number
  default     = 660
}
