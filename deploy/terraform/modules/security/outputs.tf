output "kms_key_arn" { value = aws_kms_key.shop.arn }

output "secret_arns" {
  value = { for name, secret in aws_secretsmanager_secret.variable : name => secret.arn }
}
