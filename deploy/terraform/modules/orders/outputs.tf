output "arn" { value = aws_db_instance.orders.arn }
output "identifier" { value = aws_db_instance.orders.identifier }
output "reader_identifiers" { value = aws_db_instance.reader[*].identifier }

output "url" {
  value     = "postgres://${aws_db_instance.orders.username}:${var.password}@${aws_db_proxy.orders.endpoint}:5432/shopcloud?sslmode=require"
  sensitive = true
}

output "replica_url" {
  value     = length(aws_db_instance.reader) > 0 ? "postgres://${aws_db_instance.orders.username}:${var.password}@${join(",", aws_db_instance.reader[*].endpoint)}/shopcloud?sslmode=require" : ""
  sensitive = true
}
