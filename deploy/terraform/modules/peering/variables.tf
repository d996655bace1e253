variable "from_region" { type = string }
variable "writer_region" { type = string }

variable "from" {
  type = object({ vpc_id = string, cidr = string, route_table_ids = list(string), proxy_group_id = string, task_group_id = string })
}

variable "writer" {
  type = object({ vpc_id = string, cidr = string, route_table_ids = list(string), proxy_group_id = string, task_group_id = string })
}

variable "both_ways" {
  description = "Whether tasks of the writer's region reach a database of this one too."
  type        = bool
  default     = false
}
