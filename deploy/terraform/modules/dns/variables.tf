variable "zone_id" { type = string }
variable "domain" { type = string }
variable "origin_domain" { type = string }
variable "distribution_domain" { type = string }
variable "distribution_zone_id" { type = string }

variable "regions" {
  description = "The active regions by name, with their balancers."
  type        = map(object({ dns_name = string, zone_id = string }))
}
