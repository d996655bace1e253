# Pictures and 3D models (public through CloudFront alone) and downloads (private, opened by URLs that live a minute).

locals {
  buckets = { media = var.media_bucket, downloads = var.downloads_bucket }
}

resource "aws_s3_bucket" "files" {
  for_each = local.buckets
  bucket   = each.value
}

resource "aws_s3_bucket_public_access_block" "files" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.files[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "files" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.files[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "files" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.files[each.key].id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "files" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.files[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "media" {
  bucket = aws_s3_bucket.files["media"].id

  # What staff uploaded is needed again only to make new renditions.
  rule {
    id     = "originals-age-into-the-archive"
    status = "Enabled"

    filter {
      prefix = "originals/"
    }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
    transition {
      days          = 90
      storage_class = "DEEP_ARCHIVE"
    }
  }

  # What pages show must answer at once, however old it is.
  rule {
    id     = "renditions-stay-readable"
    status = "Enabled"

    filter {
      prefix = "images/"
    }
    transition {
      days          = 30
      storage_class = "INTELLIGENT_TIERING"
    }
  }

  rule {
    id     = "models-stay-readable"
    status = "Enabled"

    filter {
      prefix = "models/"
    }
    transition {
      days          = 30
      storage_class = "STANDARD_IA"
    }
  }

  rule {
    id     = "forget-leftovers"
    status = "Enabled"

    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.files]
}

resource "aws_s3_bucket_policy" "downloads" {
  bucket = aws_s3_bucket.files["downloads"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = [aws_s3_bucket.files["downloads"].arn, "${aws_s3_bucket.files["downloads"].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_policy" "media" {
  bucket = aws_s3_bucket.files["media"].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Action    = "s3:*"
      Principal = "*"
      Resource  = [aws_s3_bucket.files["media"].arn, "${aws_s3_bucket.files["media"].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }], [for arn in var.distribution_arns : {
      Sid       = "CloudFrontReads"
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Principal = { Service = "cloudfront.amazonaws.com" }
      Resource  = "${aws_s3_bucket.files["media"].arn}/*"
      Condition = { StringEquals = { "AWS:SourceArn" = arn } }
    }])
  })
}

# -- copies in the other regions, within 15 minutes ---------------------------------------------------------------

locals {
  # Not among them exports/: copies of people's data live a week, in the region of their home (deploy/decisions/0028).
  copied = { media = [""], downloads = ["files/", "imports/", "sitemaps/"] }
}

resource "aws_iam_role" "replication" {
  count = length(var.replica_buckets) > 0 ? 1 : 0
  name  = "${var.media_bucket}-replication"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "s3.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "replication" {
  count = length(var.replica_buckets) > 0 ? 1 : 0
  name  = "copy"
  role  = aws_iam_role.replication[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = [for bucket in aws_s3_bucket.files : bucket.arn]
      },
      {
        Effect   = "Allow"
        Action   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
        Resource = [for bucket in aws_s3_bucket.files : "${bucket.arn}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
        Resource = flatten([for target in var.replica_buckets : [for name in values(target) : "arn:aws:s3:::${name}/*"]])
      },
    ]
  })
}

resource "aws_s3_bucket_replication_configuration" "files" {
  for_each = length(var.replica_buckets) > 0 ? local.buckets : {}
  bucket   = aws_s3_bucket.files[each.key].id
  role     = aws_iam_role.replication[0].arn

  dynamic "rule" {
    for_each = [for pair in setproduct(var.replica_buckets, local.copied[each.key]) : { bucket = pair[0][each.key], prefix = pair[1] }]
    content {
      id       = trim("to-${rule.value.bucket}-${rule.value.prefix}", "-/")
      priority = rule.key
      status   = "Enabled"

      filter {
        prefix = rule.value.prefix
      }
      delete_marker_replication {
        status = "Enabled"
      }
      destination {
        bucket        = "arn:aws:s3:::${rule.value.bucket}"
        storage_class = "STANDARD"

        metrics {
          status = "Enabled"
          event_threshold {
            minutes = 15
          }
        }
        replication_time {
          status = "Enabled"
          time {
            minutes = 15
          }
        }
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.files]
}
