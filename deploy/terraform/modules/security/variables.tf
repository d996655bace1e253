variable "name" { type = string }

variable "secret_names" {
  description = "The variables of the containers that are secrets."
  type        = set(string)
}

variable "secret_values" {
  type      = map(string)
  sensitive = true
}
