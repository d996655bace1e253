variable "recovery_active" {
  description = "Start the processes in us-west-2 (deploy/runbooks/region-loss.md)."
  type        = bool
  default     = false
}
