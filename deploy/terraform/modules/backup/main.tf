# Beyond each store's own point-in-time recovery: daily and monthly copies that nobody can delete early, also in another region.

resource "aws_backup_vault" "here" {
  name        = var.name
  kms_key_arn = var.kms_key_arn
}

resource "aws_backup_vault_lock_configuration" "here" {
  backup_vault_name  = aws_backup_vault.here.name
  min_retention_days = 7
  max_retention_days = 400
}

resource "aws_backup_vault" "there" {
  region = var.copy_region
  name   = "${var.name}-copies"
}

resource "aws_backup_vault_lock_configuration" "there" {
  region             = var.copy_region
  backup_vault_name  = aws_backup_vault.there.name
  min_retention_days = 7
  max_retention_days = 400
}

resource "aws_backup_plan" "stores" {
  name = var.name

  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.here.name
    schedule          = "cron(0 2 * * ? *)"
    start_window      = 60
    completion_window = 360

    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = aws_backup_vault.there.arn
      lifecycle {
        delete_after = 35
      }
    }
  }

  rule {
    rule_name         = "monthly"
    target_vault_name = aws_backup_vault.here.name
    schedule          = "cron(0 3 1 * ? *)"

    lifecycle {
      delete_after = 365
    }
  }
}

resource "aws_iam_role" "backup" {
  name = "${var.name}-backup"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "backup.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "backup" {
  for_each = toset(["AWSBackupServiceRolePolicyForBackup", "AWSBackupServiceRolePolicyForRestores"])

  role       = aws_iam_role.backup.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/${each.key}"
}

resource "aws_backup_selection" "stores" {
  name         = "stores"
  plan_id      = aws_backup_plan.stores.id
  iam_role_arn = aws_iam_role.backup.arn
  resources    = var.resource_arns
}
