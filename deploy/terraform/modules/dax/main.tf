# DAX answers hot reads of the region it stands in; catalog/dynamo/dax.py goes on without it.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  tables = [for name in var.table_names : "arn:aws:dynamodb:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:table/${name}"]
}

resource "aws_iam_role" "dax" {
  name = "${var.name}-${data.aws_region.current.region}-dax"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "dax.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "dax" {
  name = "tables"
  role = aws_iam_role.dax.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DescribeTable", "dynamodb:GetItem",
        "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem",
      ]
      Resource = concat(local.tables, [for arn in local.tables : "${arn}/index/*"])
    }]
  })
}

resource "aws_dax_subnet_group" "dax" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_dax_parameter_group" "dax" {
  name = var.name

  parameters {
    name  = "record-ttl-millis"
    value = "60000"
  }
  # Writes do not reach results of queries; the shop's own copies of them are fresh as long.
  parameters {
    name  = "query-ttl-millis"
    value = "15000"
  }
}

resource "aws_dax_cluster" "dax" {
  cluster_name                     = var.name
  iam_role_arn                     = aws_iam_role.dax.arn
  node_type                        = var.node_type
  replication_factor               = var.nodes
  subnet_group_name                = aws_dax_subnet_group.dax.name
  parameter_group_name             = aws_dax_parameter_group.dax.name
  security_group_ids               = [var.security_group_id]
  cluster_endpoint_encryption_type = "TLS"

  server_side_encryption {
    enabled = true
  }
}
