output "arn" { value = aws_elasticache_replication_group.sessions.arn }
output "endpoint" {
  value = aws_elasticache_replication_group.sessions.configuration_endpoint_address
}

output "id" {
  value = aws_elasticache_replication_group.sessions.id
}
