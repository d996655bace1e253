# Accounts, orders, payments, stock and the outbox in one PostgreSQL, with a standby in another zone and a proxy in front.

locals {
  logins       = concat([aws_secretsmanager_secret.login.arn], [for secret in aws_secretsmanager_secret.turn : secret.arn])
  readers_name = "orders-readers.${var.name}.internal"
}

resource "aws_db_subnet_group" "orders" {
  name       = "${var.name}-orders"
  subnet_ids = var.subnet_ids
}

resource "aws_iam_role" "monitoring" {
  name = "${var.name}-orders-monitoring"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "monitoring.rds.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_db_instance" "orders" {
  identifier     = "${var.name}-orders"
  engine         = "postgres"
  engine_version = "18"
  instance_class = var.instance_class
  db_name        = "shopcloud"
  username       = "shopcloud"
  password       = var.password
  port           = 5432

  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_gib * 10
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  multi_az                  = var.multi_az
  db_subnet_group_name      = aws_db_subnet_group.orders.name
  vpc_security_group_ids    = [var.security_group_id]
  publicly_accessible       = false
  parameter_group_name      = aws_db_parameter_group.orders.name
  ca_cert_identifier        = "rds-ca-rsa2048-g1"
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-orders-final"
  copy_tags_to_snapshot     = true

  # 35 days of point-in-time recovery; the log is shipped every five minutes.
  backup_retention_period = 35
  backup_window           = "03:00-04:00"
  maintenance_window      = "sun:04:30-sun:05:30"

  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_db_instance" "reader" {
  count = var.readers

  identifier                      = "${var.name}-orders-reader-${count.index + 1}"
  replicate_source_db             = aws_db_instance.orders.identifier
  instance_class                  = var.instance_class
  storage_type                    = "gp3"
  max_allocated_storage           = var.storage_gib * 10
  parameter_group_name            = aws_db_parameter_group.orders.name
  vpc_security_group_ids          = [var.security_group_id]
  publicly_accessible             = false
  skip_final_snapshot             = true
  copy_tags_to_snapshot           = true
  auto_minor_version_upgrade      = true
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
}

# -- one name for all readers: Terraform's own stand behind it, and those that deploy/lambdas/replica_scaler adds ------

resource "aws_route53_zone" "readers" {
  name = "${var.name}.internal"

  vpc {
    vpc_id = var.vpc_id
  }
}

resource "aws_route53_record" "reader" {
  count = var.readers

  zone_id        = aws_route53_zone.readers.zone_id
  name           = local.readers_name
  type           = "CNAME"
  ttl            = 10
  set_identifier = aws_db_instance.reader[count.index].identifier
  records        = [aws_db_instance.reader[count.index].address]

  weighted_routing_policy {
    weight = 10
  }
}

# -- the proxy keeps connections through a failover and shares them between tasks ---------------------------------

resource "aws_secretsmanager_secret" "login" {
  name                    = "${var.name}/orders/login"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "login" {
  secret_id     = aws_secretsmanager_secret.login.id
  secret_string = jsonencode({ username = aws_db_instance.orders.username, password = var.password })
}

# Two logins take turns (deploy/lambdas/rotate_secret). Neither can come in before its first turn.
resource "aws_secretsmanager_secret" "turn" {
  for_each = toset(["shopcloud_blue", "shopcloud_green"])

  name                    = "${var.name}/orders/${each.key}"
  kms_key_id              = var.kms_key_arn
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret_version" "turn" {
  for_each = aws_secretsmanager_secret.turn

  secret_id     = each.value.id
  secret_string = jsonencode({ username = each.key, password = var.password })

  lifecycle {
    ignore_changes = [secret_string]
  }
}

resource "aws_iam_role" "proxy" {
  name = "${var.name}-orders-proxy"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "rds.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "proxy" {
  name = "login"
  role = aws_iam_role.proxy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = local.logins },
      { Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.kms_key_arn },
    ]
  })
}

resource "aws_db_proxy" "orders" {
  name                   = "${var.name}-orders"
  engine_family          = "POSTGRESQL"
  role_arn               = aws_iam_role.proxy.arn
  vpc_subnet_ids         = var.subnet_ids
  vpc_security_group_ids = [var.proxy_security_group_id]
  require_tls            = true
  idle_client_timeout    = 1800

  dynamic "auth" {
    for_each = local.logins
    content {
      auth_scheme = "SECRETS"
      iam_auth    = "DISABLED"
      secret_arn  = auth.value
    }
  }
}

resource "aws_db_proxy_default_target_group" "orders" {
  db_proxy_name = aws_db_proxy.orders.name

  connection_pool_config {
    max_connections_percent      = 80
    max_idle_connections_percent = 40
    connection_borrow_timeout    = 2
  }
}

resource "aws_db_proxy_target" "orders" {
  db_proxy_name          = aws_db_proxy.orders.name
  target_group_name      = aws_db_proxy_default_target_group.orders.name
  db_instance_identifier = aws_db_instance.orders.identifier
}
