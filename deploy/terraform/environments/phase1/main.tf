# One region, small: 500 thousand users, one database without a standby.

data "aws_caller_identity" "current" {}

locals {
  name = "shopcloud"
  tags = { Project = "shopcloud", Environment = "phase1", ManagedBy = "terraform" }
}

module "shared" {
  source   = "../../modules/shared"
  name     = local.name
  rotation = var.rotation
}

module "us" {
  source = "../../modules/stack"

  name                   = local.name
  domain                 = var.domain
  image                  = var.images["us-east-1"]
  repository             = module.shared.repository
  cidr                   = "10.16.0.0/16"
  certificate_arn        = var.certificate_arns["us-east-1"]
  from_email             = var.from_email
  alarm_email            = var.alarm_email
  table_prefix           = module.shared.table_prefix
  table_names            = module.shared.table_names
  distribution_arns      = [module.edge.distribution_arn]
  high_availability      = false
  min_tasks              = 4
  valkey_replicas        = 0
  valkey_node_type       = "cache.t4g.small"
  database_class         = "db.t4g.medium"
  search_instance_type   = "t3.medium.search"
  quicksight             = var.quicksight
  pandas_layer_arn       = lookup(var.pandas_layer_arns, "us-east-1", "")
  email_url              = var.email_url
  stripe_secret_key      = var.stripe_secret_key
  stripe_webhook_secrets = var.stripe_webhook_secrets
  shared_secrets         = module.shared.secrets
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

module "audit" {
  source          = "../../modules/audit"
  name            = local.name
  kms_key_arn     = module.us.kms_key_arn
  alarm_topic_arn = module.us.alarm_topic_arn
}

module "backup" {
  source      = "../../modules/backup"
  name        = local.name
  kms_key_arn = module.us.kms_key_arn
  copy_region = "us-west-2"
  resource_arns = concat([module.us.orders_arn], [
    for name in module.shared.table_names : "arn:aws:dynamodb:us-east-1:${data.aws_caller_identity.current.account_id}:table/${name}"
  ])
}

module "cost" {
  source          = "../../modules/cost"
  name            = local.name
  alarm_topic_arn = module.us.alarm_topic_arn
  monthly_dollars = 3550
}
