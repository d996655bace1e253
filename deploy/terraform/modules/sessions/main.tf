# Valkey in cluster mode: sessions, carts, caches, limits. Nothing here is the only copy of anything, so nothing is saved.

resource "aws_elasticache_subnet_group" "sessions" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_elasticache_parameter_group" "sessions" {
  name   = "${var.name}-valkey8"
  family = "valkey8"

  parameter {
    name  = "cluster-enabled"
    value = "yes"
  }
  # Carts expire by themselves; what has no expiry is never thrown out.
  parameter {
    name  = "maxmemory-policy"
    value = "volatile-lru"
  }
}

resource "aws_elasticache_replication_group" "sessions" {
  replication_group_id       = var.name
  description                = "Sessions, carts and caches"
  engine                     = "valkey"
  engine_version             = "8.0"
  node_type                  = var.node_type
  port                       = 6379
  num_node_groups            = 3
  replicas_per_node_group    = var.replicas
  automatic_failover_enabled = true
  multi_az_enabled           = var.replicas > 0
  subnet_group_name          = aws_elasticache_subnet_group.sessions.name
  parameter_group_name       = aws_elasticache_parameter_group.sessions.name
  security_group_ids         = [var.security_group_id]
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = var.auth_token
  auth_token_update_strategy = "ROTATE"
  snapshot_retention_limit   = 0
  auto_minor_version_upgrade = true

  # The first one alone: deploy/lambdas/rotate_secret changes it.
  lifecycle {
    ignore_changes = [auth_token]
  }
}
