variable "name" { type = string }

variable "cidr" {
  description = "A /16 of the region's own, so that regions can be peered."
  type        = string
}

variable "nat_gateways" {
  description = "One in phase 1, three (one a zone) from phase 2."
  type        = number

  validation {
    condition     = var.nat_gateways >= 1 && var.nat_gateways <= 3
    error_message = "Between one gateway for all zones and one for each."
  }
}
