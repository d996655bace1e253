variable "name" { type = string }
variable "domain" { type = string }
variable "alarm_topic_arn" { type = string }
