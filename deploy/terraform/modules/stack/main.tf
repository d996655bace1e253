# Everything of one active region. The environments put one or two of these together.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  region = data.aws_region.current.region
  # The variables of the containers that are kept in Secrets Manager.
  secret_names_declared = [
    "SECRET_KEY", "JWT_PRIVATE_KEY", "DATABASE_URL", "DATABASE_REPLICA_URL", "REDIS_URL", "EMAIL_URL", "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRETS", "SEALING_KEYS", "DATABASE_URL_US", "DATABASE_URL_EU",
  ]
  # A secret cannot be empty: without readers there is no second address, and without a second home none of its.
  secret_wanted = {
    DATABASE_REPLICA_URL = var.readers > 0 || var.orders_replica_of != ""
    DATABASE_URL_US      = var.other_home.region == "us"
    DATABASE_URL_EU      = var.other_home.region == "eu"
  }
  secret_names = toset([for name in local.secret_names_declared : name if lookup(local.secret_wanted, name, true)])

  buckets = {
    media     = "${var.name}-media-${data.aws_caller_identity.current.account_id}-${local.region}"
    downloads = "${var.name}-downloads-${data.aws_caller_identity.current.account_id}-${local.region}"
    lake      = "${var.name}-lake-${data.aws_caller_identity.current.account_id}-${local.region}"
  }
  queue_prefix = "${var.name}-"
  writes_here  = var.orders_replica_of == ""

  # Half a month apart: the two homes' databases start the same tasks anew.
  night = { us = "cron(0 8 1 * ? *)", eu = "cron(0 1 15 * ? *)" }

  # Other regions' addresses of a database follow its writer's.
  rotated_secret_arns = { for name in local.writes_here ? ["DATABASE_URL", "REDIS_URL"] : ["REDIS_URL"] : name => module.security.secret_arns[name] }
}

module "network" {
  source       = "../network"
  name         = var.name
  cidr         = var.cidr
  nat_gateways = var.high_availability ? 3 : 1
}

module "security" {
  source       = "../security"
  name         = var.name
  secret_names = local.secret_names
  secret_values = {
    SECRET_KEY             = var.shared_secrets.secret_key
    SEALING_KEYS           = var.shared_secrets.sealing_keys
    JWT_PRIVATE_KEY        = var.shared_secrets.jwt_private_key
    DATABASE_URL           = local.writes_here ? one(module.orders[*].url) : var.shared_secrets.orders_url
    DATABASE_REPLICA_URL   = local.writes_here ? one(module.orders[*].replica_url) : "postgres://shopcloud:${var.shared_secrets.orders_password}@${one(module.orders_replica[*].address)}:5432/shopcloud?sslmode=require"
    DATABASE_URL_US        = var.other_orders_url
    DATABASE_URL_EU        = var.other_orders_url
    REDIS_URL              = "rediss+cluster://:${var.shared_secrets.valkey_token}@${module.sessions.endpoint}:6379/0"
    EMAIL_URL              = var.shop.email_url
    STRIPE_SECRET_KEY      = var.shop.stripe_secret_key
    STRIPE_WEBHOOK_SECRETS = var.shop.stripe_webhook_secrets
  }
}

module "orders" {
  source                  = "../orders"
  count                   = local.writes_here ? 1 : 0
  name                    = var.name
  vpc_id                  = module.network.vpc_id
  subnet_ids              = module.network.private_subnet_ids
  security_group_id       = module.network.security_group_ids["postgres"]
  proxy_security_group_id = module.network.security_group_ids["proxy"]
  kms_key_arn             = module.security.kms_key_arn
  instance_class          = var.database_class
  multi_az                = var.high_availability
  readers                 = var.readers
  password                = var.shared_secrets.orders_password
}

module "orders_replica" {
  source            = "../orders_replica"
  count             = local.writes_here ? 0 : 1
  name              = var.name
  source_arn        = var.orders_replica_of
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids["postgres"]
  kms_key_arn       = module.security.kms_key_arn
  instance_class    = var.database_class
  multi_az          = var.high_availability
}

module "sessions" {
  source            = "../sessions"
  name              = var.name
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids["valkey"]
  node_type         = var.valkey_node_type
  replicas          = var.valkey_replicas
  auth_token        = var.shared_secrets.valkey_token
}

module "dax" {
  source            = "../dax"
  name              = var.name
  table_names       = var.shop.table_names
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids["dax"]
  nodes             = var.high_availability ? 3 : 1
}

module "media" {
  source            = "../media"
  media_bucket      = local.buckets.media
  downloads_bucket  = local.buckets.downloads
  distribution_arns = var.distribution_arns
  replica_buckets   = var.replica_buckets
}

module "lake" {
  source      = "../lake"
  name        = "${var.name}-${local.region}"
  lake_bucket = local.buckets.lake
  quicksight  = var.shop.quicksight
}

module "search" {
  source            = "../search"
  name              = var.name
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids["search"]
  instance_type     = var.search_instance_type
  instances         = var.high_availability ? 3 : 1
  dedicated_masters = var.high_availability
  task_role_arns    = [for process in ["web", "worker", "search"] : module.roles.task_role_arns[process]]
}

module "messaging" {
  source       = "../messaging"
  name         = var.name
  queue_prefix = local.queue_prefix
  kms_key_id   = module.security.kms_key_arn
  alarm_email  = var.shop.alarm_email
}

module "roles" {
  source           = "../roles"
  name             = var.name
  table_names      = var.shop.table_names
  media_bucket     = local.buckets.media
  downloads_bucket = local.buckets.downloads
  lake_bucket      = local.buckets.lake
  copies_bucket    = var.other_home.downloads_bucket
  search_domain    = var.name
  queue_arns       = module.messaging.queue_arns
  event_topic_arn  = module.messaging.event_topic_arn
  secret_arns      = module.security.secret_arns
  login_secret_arns = concat(
    values(local.rotated_secret_arns), local.writes_here ? [one(module.orders[*].admin_secret_arn)] : []
  )
  kms_key_arn = module.security.kms_key_arn
  repository  = var.shop.repository
}

module "compute" {
  source                     = "../compute"
  name                       = var.name
  image                      = var.image
  domain                     = var.shop.domain
  from_email                 = var.shop.from_email
  vpc_id                     = module.network.vpc_id
  public_subnet_ids          = module.network.public_subnet_ids
  private_subnet_ids         = module.network.private_subnet_ids
  balancer_security_group_id = module.network.security_group_ids["balancer"]
  task_security_group_id     = module.network.security_group_ids["tasks"]
  certificate_arn            = var.certificate_arn
  execution_role_arn         = module.roles.execution_role_arn
  task_role_arns             = module.roles.task_role_arns
  secret_arns                = module.security.secret_arns
  secret_names               = local.secret_names
  kms_key_arn                = module.security.kms_key_arn
  queue_prefix               = local.queue_prefix
  event_topic_arn            = module.messaging.event_topic_arn
  visibility_seconds         = 660
  table_prefix               = var.shop.table_prefix
  dax_endpoint               = module.dax.endpoint
  media_bucket               = local.buckets.media
  downloads_bucket           = local.buckets.downloads
  home                       = var.home
  other_home                 = var.other_home
  lake_bucket                = local.buckets.lake
  search_url                 = module.search.url
  origin_key                 = var.shared_secrets.origin_key
  min_tasks                  = var.min_tasks
  active                     = var.active
}

module "observability" {
  source              = "../observability"
  name                = var.name
  account_id          = data.aws_caller_identity.current.account_id
  alarm_topic_arn     = module.messaging.alarm_topic_arn
  cluster_name        = module.compute.cluster_name
  service_names       = module.compute.service_names
  balancer_arn_suffix = module.compute.balancer_arn_suffix
  database            = local.writes_here ? one(module.orders[*].identifier) : one(module.orders_replica[*].identifier)
  readers             = local.writes_here ? one(module.orders[*].reader_identifiers) : [one(module.orders_replica[*].identifier)]
  valkey              = module.sessions.id
  search_domain       = module.search.domain_name
  queue_names         = module.messaging.queue_names
  dead_queue_names    = merge(module.messaging.dead_queue_names, { order-paid = module.messaging.paid_dead_queue_name })
  table_names         = var.shop.table_names
}

module "functions" {
  source              = "../functions"
  name                = var.name
  kms_key_arn         = module.security.kms_key_arn
  alarm_topic_arn     = module.messaging.alarm_topic_arn
  products_table      = "${var.shop.table_prefix}products"
  search_queue        = { url = module.messaging.queue_urls["search"], arn = module.messaging.queue_arns_by_key["search"] }
  default_queue       = { url = module.messaging.queue_urls["default"], arn = module.messaging.queue_arns_by_key["default"] }
  paid_queue_arn      = module.messaging.paid_queue_arn
  lake_bucket         = local.buckets.lake
  pandas_layer_arn    = var.pandas_layer_arn
  scales_replicas     = local.writes_here && var.readers > 0
  rotated_secret_arns = local.rotated_secret_arns
  rotation_times      = { DATABASE_URL = local.night[var.home], REDIS_URL = "cron(0 8 8 * ? *)" }
  logins = {
    admin = local.writes_here ? one(module.orders[*].admin_secret_arn) : ""
    turns = local.writes_here ? one(module.orders[*].turn_secret_arns) : {}
  }
  followers = {
    secret_arns = concat(
      [for name in ["DATABASE_REPLICA_URL"] : module.security.secret_arns[name] if local.writes_here && contains(local.secret_names, name)],
      flatten(var.other_regions[*].secret_arns),
    )
    kms_key_arns = var.other_regions[*].kms_key_arn
  }
  processes = {
    cluster_arns = concat([module.compute.cluster_arn], var.other_regions[*].cluster_arn)
    services     = values(module.compute.service_names)
    family       = module.compute.login_task_family
    role_arns    = [module.roles.execution_role_arn, module.roles.task_role_arns["login"]]
  }
  valkey            = { id = module.sessions.id, arn = module.sessions.arn }
  subnet_ids        = module.network.private_subnet_ids
  security_group_id = module.network.security_group_ids["tasks"]
  writer            = local.writes_here ? one(module.orders[*].identifier) : ""
  readers_name      = local.writes_here ? one(module.orders[*].readers_name) : ""
  readers_zone_id   = local.writes_here ? one(module.orders[*].readers_zone_id) : ""
  fewest_replicas   = var.readers
}
