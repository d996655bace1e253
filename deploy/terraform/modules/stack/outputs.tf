output "balancer_dns_name" { value = module.compute.balancer_dns_name }
output "balancer_zone_id" { value = module.compute.balancer_zone_id }
output "media_bucket_domain" { value = module.media.media_bucket_domain }
output "buckets" { value = local.buckets }
output "alarm_topic_arn" { value = module.messaging.alarm_topic_arn }
output "orders_arn" { value = one(module.orders[*].arn) }
output "kms_key_arn" { value = module.security.kms_key_arn }
output "vpc_id" { value = module.network.vpc_id }
output "private_subnet_ids" { value = module.network.private_subnet_ids }
output "task_security_group_id" { value = module.network.security_group_ids["tasks"] }
output "cluster_name" { value = module.compute.cluster_name }
output "migration_task_family" { value = module.compute.migration_task_family }

output "orders_url" {
  value     = one(module.orders[*].url)
  sensitive = true
}

output "region" {
  description = "What Route 53 needs of this region."
  value = {
    dns_name = module.compute.balancer_dns_name
    zone_id  = module.compute.balancer_zone_id
  }
}

output "peering" {
  description = "What another region's tasks need to reach the orders here."
  value = {
    vpc_id          = module.network.vpc_id
    cidr            = var.cidr
    route_table_ids = module.network.private_route_table_ids
    proxy_group_id  = module.network.security_group_ids["proxy"]
    task_group_id   = module.network.security_group_ids["tasks"]
  }
}

output "follower" {
  description = "What the rotation in the writer's region changes here, where this one holds a replica."
  value = {
    secret_arns = [for name in ["DATABASE_URL", "DATABASE_REPLICA_URL"] : module.security.secret_arns[name] if contains(local.secret_names, name)]
    kms_key_arn = module.security.kms_key_arn
    cluster_arn = module.compute.cluster_arn
  }
}

output "visitor" {
  description = "What the rotation in the other home's region changes here."
  value = {
    secret_arns = [for name in ["DATABASE_URL_US", "DATABASE_URL_EU"] : module.security.secret_arns[name] if contains(local.secret_names, name)]
    kms_key_arn = module.security.kms_key_arn
    cluster_arn = module.compute.cluster_arn
  }
}
