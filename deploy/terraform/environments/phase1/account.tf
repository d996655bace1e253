# What every environment has once, whatever its regions. The other phases link to this file.

data "aws_caller_identity" "current" {}

locals {
  name = "shopcloud"
  tags = { Project = local.name, Environment = local.environment, ManagedBy = "terraform" }
}

module "audit" {
  source          = "../../modules/audit"
  name            = local.name
  kms_key_arn     = module.us.kms_key_arn
  alarm_topic_arn = module.us.alarm_topic_arn
}

module "canary" {
  source          = "../../modules/canary"
  name            = local.name
  domain          = var.domain
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
  monthly_dollars = local.monthly_dollars
}

# The roles of the workflows in .github/workflows. Made by the first apply, which a person does from a laptop.
module "delivery" {
  source        = "../../modules/delivery"
  count         = var.github == null ? 0 : 1
  name          = local.name
  environment   = local.environment
  repository    = var.github.repository
  states_bucket = var.github.states_bucket
  regions       = local.regions
  kms_key_arns  = local.kms_key_arns
}
