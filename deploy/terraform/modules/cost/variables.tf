variable "name" { type = string }
variable "alarm_topic_arn" { type = string }
variable "monthly_dollars" { type = number }
