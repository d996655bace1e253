# One region, high availability: each tier survives the loss of a zone.

locals {
  environment     = "phase2"
  monthly_dollars = 7500
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
  high_availability    = true
  min_tasks            = 4
  valkey_replicas      = 1
  valkey_node_type     = "cache.r7g.large"
  database_class       = "db.r6g.xlarge"
  search_instance_type = "r7g.large.search"
  pandas_layer_arn     = lookup(var.pandas_layer_arns, "us-east-1", "")
  readers              = 1
  shared_secrets       = module.shared.secrets
}
