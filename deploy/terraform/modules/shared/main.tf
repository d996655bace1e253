# What all regions share: the secrets they agree on, the image, the catalog's global tables.

resource "random_password" "secret_key" {
  length  = 64
  special = false
}

# Seals secrets in the database: a new one is put before it, and this one stays until everything is sealed anew.
resource "random_password" "sealing_key" {
  length  = 64
  special = false
}

# A new date in `rotation` makes new passwords (deploy/runbooks/deploy.md).
resource "random_password" "login" {
  for_each = toset(["orders", "valkey", "origin"])

  length  = 40
  special = false
  keepers = { rotation = var.rotation }
}

resource "tls_private_key" "tokens" {
  algorithm = "RSA"
  rsa_bits  = 2048
}

resource "aws_ecr_repository" "shop" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }
  encryption_configuration {
    encryption_type = "KMS"
  }
}

resource "aws_ecr_lifecycle_policy" "shop" {
  repository = aws_ecr_repository.shop.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Releases that can be gone back to"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 50 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecr_replication_configuration" "shop" {
  count = length(var.replica_regions) > 0 ? 1 : 0

  replication_configuration {
    rule {
      dynamic "destination" {
        for_each = var.replica_regions
        content {
          region      = destination.value
          registry_id = aws_ecr_repository.shop.registry_id
        }
      }
      repository_filter {
        filter      = aws_ecr_repository.shop.name
        filter_type = "PREFIX_MATCH"
      }
    }
  }
}

module "catalog" {
  source          = "../catalog"
  table_prefix    = "${var.name}-"
  replica_regions = var.replica_regions
}
