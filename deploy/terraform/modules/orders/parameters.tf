# How PostgreSQL runs here. orders_replica links to this file: a replica may be promoted, and is then the orders.

resource "aws_db_parameter_group" "orders" {
  name   = "${var.name}-postgres18"
  family = "postgres18"

  # Refused statements and the rows they name hold people's addresses: they stay out of the log.
  parameter {
    name  = "log_error_verbosity"
    value = "terse"
  }
  parameter {
    name  = "log_min_error_statement"
    value = "panic"
  }
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
  # The proxy takes no options when it connects, so every wait is bounded here, as shopcloud/settings.py does elsewhere.
  parameter {
    name  = "statement_timeout"
    value = "5000"
  }
  parameter {
    name  = "lock_timeout"
    value = "2000"
  }
  parameter {
    name  = "idle_in_transaction_session_timeout"
    value = "10000"
  }

  lifecycle {
    create_before_destroy = true
  }
}
