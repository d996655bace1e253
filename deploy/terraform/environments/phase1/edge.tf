# What the regions share, and the one way in to those that serve. The other phases link to this file.

locals {
  shop = {
    domain                 = var.domain
    from_email             = var.from_email
    alarm_email            = var.alarm_email
    email_url              = var.email_url
    stripe_secret_key      = var.stripe_secret_key
    stripe_webhook_secrets = var.stripe_webhook_secrets
    repository             = module.shared.repository
    table_prefix           = module.shared.table_prefix
    table_names            = module.shared.table_names
    quicksight             = var.quicksight
  }
}

module "shared" {
  source   = "../../modules/shared"
  name     = local.name
  rotation = var.rotation

  replica_regions = setsubtract(local.regions, ["us-east-1"])
}

module "edge" {
  source               = "../../modules/edge"
  name                 = local.name
  domain               = var.domain
  origin_domain        = var.origin_domain
  certificate_arn      = var.certificate_arns["us-east-1"]
  origin_key           = module.shared.secrets.origin_key
  media_bucket_domains = local.media_bucket_domains
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
  regions              = local.serving
}
