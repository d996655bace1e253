# A copy of the orders in another region: reads there, and the way back after the loss of the first region.

resource "aws_db_subnet_group" "replica" {
  name       = "${var.name}-orders"
  subnet_ids = var.subnet_ids
}

moved {
  from = aws_db_parameter_group.replica
  to   = aws_db_parameter_group.orders
}

resource "aws_db_instance" "replica" {
  identifier              = "${var.name}-orders"
  replicate_source_db     = var.source_arn
  instance_class          = var.instance_class
  storage_type            = "gp3"
  max_allocated_storage   = var.max_storage_gib
  storage_encrypted       = true
  kms_key_id              = var.kms_key_arn
  db_subnet_group_name    = aws_db_subnet_group.replica.name
  vpc_security_group_ids  = [var.security_group_id]
  publicly_accessible     = false
  parameter_group_name    = aws_db_parameter_group.orders.name
  multi_az                = var.multi_az
  backup_retention_period = 35
  deletion_protection     = true
  skip_final_snapshot     = true
  copy_tags_to_snapshot   = true

  auto_minor_version_upgrade = true

  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
}
