variable "name" { type = string }
variable "kms_key_arn" { type = string }
variable "alarm_topic_arn" { type = string }
