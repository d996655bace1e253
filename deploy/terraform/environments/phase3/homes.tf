variable "european_homes" {
  description = "Keep what is Europeans' in a database and a bucket of eu-west-1 (deploy/decisions/0028-data-residency.md): for a shop that begins with it."
  type        = bool
  default     = false
}

locals {
  nobody = { region = "", downloads_bucket = "" }
  homes = {
    us = { region = "us", downloads_bucket = local.files["us-east-1"].downloads }
    eu = { region = "eu", downloads_bucket = local.files["eu-west-1"].downloads }
  }
}

module "peering_west_eu" {
  count         = var.european_homes ? 1 : 0
  source        = "../../modules/peering"
  from_region   = "us-west-2"
  writer_region = "eu-west-1"
  from          = module.west.peering
  writer        = module.eu.peering
}
