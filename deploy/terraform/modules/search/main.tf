# OpenSearch holds a projection of the catalog: `reindex_catalog` writes it anew, so it needs no backup of its own.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

resource "aws_opensearch_domain" "catalog" {
  domain_name    = var.name
  engine_version = "OpenSearch_2.19"

  cluster_config {
    instance_type            = var.instance_type
    instance_count           = var.instances
    zone_awareness_enabled   = var.instances > 1
    dedicated_master_enabled = var.dedicated_masters
    dedicated_master_type    = var.dedicated_masters ? "m7g.medium.search" : null
    dedicated_master_count   = var.dedicated_masters ? 3 : null

    dynamic "zone_awareness_config" {
      for_each = var.instances > 1 ? [min(var.instances, 3)] : []
      content {
        availability_zone_count = zone_awareness_config.value
      }
    }
  }

  ebs_options {
    ebs_enabled = true
    volume_type = "gp3"
    volume_size = var.storage_gib
  }

  vpc_options {
    subnet_ids         = slice(var.subnet_ids, 0, min(var.instances, 3))
    security_group_ids = [var.security_group_id]
  }

  encrypt_at_rest {
    enabled = true
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-PFS-2023-10"
  }

  access_policies = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete"]
      Principal = { AWS = var.task_role_arns }
      Resource  = "arn:aws:es:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:domain/${var.name}/*"
    }]
  })
}
