# One key a region for what ShopCloud keeps, and the secrets of the containers: a secret for each variable.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

resource "aws_kms_key" "shop" {
  description             = "ShopCloud's data in ${data.aws_region.current.region}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountAdministers"
        Effect    = "Allow"
        Action    = "kms:*"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        Resource  = "*"
      },
      {
        Sid    = "ServicesPublishToEncryptedTopics"
        Effect = "Allow"
        Action = ["kms:Decrypt", "kms:GenerateDataKey"]
        Principal = {
          Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com", "events.amazonaws.com"]
        }
        Resource = "*"
      },
      {
        Sid       = "LogsAreEncrypted"
        Effect    = "Allow"
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:DescribeKey"]
        Principal = { Service = "logs.${data.aws_region.current.region}.amazonaws.com" }
        Resource  = "*"
      },
      {
        Sid       = "TrailIsEncrypted"
        Effect    = "Allow"
        Action    = ["kms:GenerateDataKey", "kms:DescribeKey"]
        Principal = { Service = "cloudtrail.amazonaws.com" }
        Resource  = "*"
      },
    ]
  })
}

resource "aws_kms_alias" "shop" {
  name          = "alias/${var.name}"
  target_key_id = aws_kms_key.shop.key_id
}

resource "aws_secretsmanager_secret" "variable" {
  for_each = var.secret_names

  name                    = "${var.name}/${each.key}"
  kms_key_id              = aws_kms_key.shop.arn
  recovery_window_in_days = 30
}

locals {
  # What deploy/lambdas/rotate_secret changes: Terraform gives it its first value alone.
  rotated = setintersection(var.secret_names, ["DATABASE_URL", "DATABASE_REPLICA_URL", "DATABASE_URL_US", "DATABASE_URL_EU", "REDIS_URL"])
}

resource "aws_secretsmanager_secret_version" "rotated" {
  for_each = local.rotated

  secret_id     = aws_secretsmanager_secret.variable[each.key].id
  secret_string = var.secret_values[each.key]

  lifecycle {
    ignore_changes = [secret_string]
  }
}

# These two had every value of Terraform's once: what they hold by now stays.
moved {
  from = aws_secretsmanager_secret_version.variable["DATABASE_URL_US"]
  to   = aws_secretsmanager_secret_version.rotated["DATABASE_URL_US"]
}

moved {
  from = aws_secretsmanager_secret_version.variable["DATABASE_URL_EU"]
  to   = aws_secretsmanager_secret_version.rotated["DATABASE_URL_EU"]
}

resource "aws_secretsmanager_secret_version" "variable" {
  for_each = setsubtract(var.secret_names, local.rotated)

  secret_id     = aws_secretsmanager_secret.variable[each.key].id
  secret_string = var.secret_values[each.key]
}
