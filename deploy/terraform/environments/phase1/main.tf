# One region, small: 500 thousand users, one database without a standby.

locals {
  environment     = "phase1"
  monthly_dollars = 3550
  regions         = ["us-east-1"]
  kms_key_arns    = [module.us.kms_key_arn]

  serving              = { us-east-1 = module.us.region }
  media_bucket_domains = [module.us.media_bucket_domain]
}

module "us" {
  source = "../../modules/stack"

  name                 = local.name
  shop                 = local.shop
  image                = var.images["us-east-1"]
  cidr                 = "10.16.0.0/16"
  certificate_arn      = var.certificate_arns["us-east-1"]
  distribution_arns    = [module.edge.distribution_arn]
  high_availability    = false
  min_tasks            = 4
  valkey_replicas      = 0
  valkey_node_type     = "cache.t4g.small"
  database_class       = "db.t4g.medium"
  search_instance_type = "t3.medium.search"
  pandas_layer_arn     = lookup(var.pandas_layer_arns, "us-east-1", "")
  shared_secrets       = module.shared.secrets
}
