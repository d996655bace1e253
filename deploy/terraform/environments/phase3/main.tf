# us-east-1 and eu-west-1 are active, us-west-2 is ready for their loss. Orders are written in us-east-1; with
# `european_homes` those of Europeans, and all else that is theirs, in eu-west-1 (deploy/decisions/0028).

locals {
  environment     = "phase3"
  monthly_dollars = 20000
  regions         = ["us-east-1", "eu-west-1", "us-west-2"]
  kms_key_arns    = [module.us.kms_key_arn, module.eu.kms_key_arn, module.west.kms_key_arn]

  serving              = { us-east-1 = module.us.region, eu-west-1 = module.eu.region }
  media_bucket_domains = [module.us.media_bucket_domain, module.eu.media_bucket_domain]

  # The names that the stacks give their buckets: each region copies to others that need not exist first in the plan.
  files = {
    for region in local.regions : region => {
      for kind in ["media", "downloads"] : kind => "${local.name}-${kind}-${data.aws_caller_identity.current.account_id}-${region}"
    }
  }
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
  valkey_replicas      = 2
  valkey_node_type     = "cache.r7g.large"
  database_class       = "db.r6g.xlarge"
  search_instance_type = "r7g.large.search"
  pandas_layer_arn     = lookup(var.pandas_layer_arns, "us-east-1", "")
  readers              = 1
  home                 = "us"
  other_home           = var.european_homes ? local.homes.eu : local.nobody
  other_orders_url     = var.european_homes ? module.eu.orders_url : ""
  other_regions        = [var.european_homes ? module.eu.visitor : module.eu.follower, module.west.follower]
  replica_buckets      = [for region in ["eu-west-1", "us-west-2"] : local.files[region]]
  shared_secrets       = module.shared.secrets
}

module "eu" {
  source = "../../modules/stack"

  providers = { aws = aws.eu }

  name                 = local.name
  shop                 = local.shop
  image                = var.images["eu-west-1"]
  cidr                 = "10.32.0.0/16"
  certificate_arn      = var.certificate_arns["eu-west-1"]
  distribution_arns    = [module.edge.distribution_arn]
  high_availability    = true
  min_tasks            = 4
  valkey_replicas      = 2
  valkey_node_type     = "cache.r7g.large"
  database_class       = "db.r6g.xlarge"
  search_instance_type = "r7g.large.search"
  pandas_layer_arn     = lookup(var.pandas_layer_arns, "eu-west-1", "")
  orders_replica_of    = var.european_homes ? "" : module.us.orders_arn
  home                 = var.european_homes ? "eu" : "us"
  other_home           = var.european_homes ? local.homes.us : local.nobody
  other_orders_url     = var.european_homes ? module.us.orders_url : ""
  other_regions        = var.european_homes ? [module.us.visitor, module.west.visitor] : []
  shared_secrets       = merge(module.shared.secrets, { orders_url = module.us.orders_url })
  replica_buckets      = [for region in ["us-east-1"] : local.files[region]]
}

module "west" {
  source = "../../modules/stack"

  providers = { aws = aws.west }

  name                 = local.name
  shop                 = local.shop
  image                = var.images["us-west-2"]
  cidr                 = "10.48.0.0/16"
  certificate_arn      = var.certificate_arns["us-west-2"]
  distribution_arns    = [module.edge.distribution_arn]
  high_availability    = false
  min_tasks            = 4
  valkey_replicas      = 0
  valkey_node_type     = "cache.t4g.small"
  database_class       = "db.r6g.xlarge"
  search_instance_type = "t3.medium.search"
  pandas_layer_arn     = lookup(var.pandas_layer_arns, "us-west-2", "")
  orders_replica_of    = module.us.orders_arn
  shared_secrets       = merge(module.shared.secrets, { orders_url = module.us.orders_url })
  home                 = "us"
  other_home           = var.european_homes ? local.homes.eu : local.nobody
  other_orders_url     = var.european_homes ? module.eu.orders_url : ""
  active               = var.recovery_active
}

module "peering_eu" {
  source        = "../../modules/peering"
  from_region   = "eu-west-1"
  writer_region = "us-east-1"
  from          = module.eu.peering
  writer        = module.us.peering
  both_ways     = var.european_homes
}

module "peering_west" {
  source        = "../../modules/peering"
  from_region   = "us-west-2"
  writer_region = "us-east-1"
  from          = module.west.peering
  writer        = module.us.peering
}
