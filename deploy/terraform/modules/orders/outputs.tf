output "arn" { value = aws_db_instance.orders.arn }
output "admin_secret_arn" { value = aws_secretsmanager_secret.login.arn }
output "turn_secret_arns" { value = { for user, secret in aws_secretsmanager_secret.turn : user => secret.arn } }
output "identifier" { value = aws_db_instance.orders.identifier }
output "readers_name" { value = local.readers_name }
output "readers_zone_id" { value = aws_route53_zone.readers.zone_id }
output "reader_identifiers" { value = aws_db_instance.reader[*].identifier }

output "url" {
  value     = "postgres://${aws_db_instance.orders.username}:${var.password}@${aws_db_proxy.orders.endpoint}:5432/shopcloud?sslmode=require"
  sensitive = true
}

output "replica_url" {
  value     = length(aws_db_instance.reader) > 0 ? "postgres://${aws_db_instance.orders.username}:${var.password}@${local.readers_name}:5432/shopcloud?sslmode=require" : ""
  sensitive = true
}
