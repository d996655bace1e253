# One region's way in, and what the regions would share. phase2 links to this file.

module "shared" {
  source   = "../../modules/shared"
  name     = local.name
  rotation = var.rotation
}

module "edge" {
  source               = "../../modules/edge"
  name                 = local.name
  domain               = var.domain
  origin_domain        = var.origin_domain
  certificate_arn      = var.certificate_arns["us-east-1"]
  origin_key           = module.shared.secrets.origin_key
  media_bucket_domains = [module.us.media_bucket_domain]
  negotiate_pictures   = var.negotiate_pictures
  alarm_topic_arn      = module.us.alarm_topic_arn
}

module "dns" {
  source               = "../../modules/dns"
  zone_id              = var.zone_id
  domain               = var.domain
  origin_domain        = var.origin_domain
  distribution_domain  = module.edge.domain_name
  distribution_zone_id = module.edge.zone_id
  regions              = { us-east-1 = module.us.region }
}
