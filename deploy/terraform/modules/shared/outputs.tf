output "repository" { value = aws_ecr_repository.shop.name }
output "table_prefix" { value = "${var.name}-" }
output "table_names" { value = module.catalog.table_names }

output "secrets" {
  sensitive = true
  value = {
    secret_key      = random_password.secret_key.result
    sealing_keys    = random_password.sealing_key.result
    jwt_private_key = tls_private_key.tokens.private_key_pem
    orders_password = random_password.login["orders"].result
    valkey_token    = random_password.login["valkey"].result
    origin_key      = random_password.login["origin"].result
  }
}
