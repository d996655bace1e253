# Clicks and purchases as Parquet files by day; analytics/tables.py says the same of the columns.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region

  # Glue's names of what analytics/tables.py writes.
  columns = {
    clickstream = [
      { name = "event_id", type = "string" },
      { name = "event_type", type = "string" },
      { name = "occurred_at", type = "timestamp" },
      { name = "session", type = "string" },
      { name = "market", type = "string" },
      { name = "path", type = "string" },
      { name = "product_id", type = "string" },
      { name = "sku", type = "string" },
      { name = "category", type = "string" },
      { name = "search_terms", type = "string" },
      { name = "referrer_host", type = "string" },
      { name = "device", type = "string" },
      { name = "value", type = "bigint" },
      { name = "results", type = "bigint" },
      { name = "zero_results", type = "boolean" },
      { name = "facets", type = "string" },
      { name = "engine_ms", type = "bigint" },
    ]
    purchases = [
      { name = "event_id", type = "string" },
      { name = "order_number", type = "string" },
      { name = "occurred_at", type = "timestamp" },
      { name = "market", type = "string" },
      { name = "currency", type = "string" },
      { name = "total", type = "bigint" },
      { name = "items", type = "bigint" },
      { name = "lines", type = "array<struct<sku:string,product_id:string,kind:string,quantity:bigint,unit_price:bigint,total:bigint>>" },
    ]
  }
}

resource "aws_s3_bucket" "lake" {
  bucket = var.lake_bucket
}

resource "aws_s3_bucket_public_access_block" "lake" {
  bucket                  = aws_s3_bucket.lake.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.lake.id

  versioning_configuration {
    status = "Enabled"
  }
}

# By age of the file. Reports look at the last quarter; seven years are kept for the tax office and then gone for good.
resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket = aws_s3_bucket.lake.id

  dynamic "rule" {
    for_each = local.columns
    content {
      id     = "${rule.key}-archive-then-delete"
      status = "Enabled"

      filter {
        prefix = "${rule.key}/"
      }
      transition {
        days          = 90
        storage_class = "GLACIER"
      }
      expiration {
        days = 2557
      }
      noncurrent_version_expiration {
        noncurrent_days = 7
      }
      abort_incomplete_multipart_upload {
        days_after_initiation = 7
      }
    }
  }

  rule {
    id     = "forget-results-of-queries"
    status = "Enabled"

    filter {
      prefix = "athena/"
    }
    expiration {
      days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.lake]
}

resource "aws_glue_catalog_database" "lake" {
  name = replace(var.name, "-", "_")
}

resource "aws_glue_catalog_table" "lake" {
  for_each = local.columns

  name          = each.key
  database_name = aws_glue_catalog_database.lake.name
  table_type    = "EXTERNAL_TABLE"

  # Athena works the days out by itself, so that a new day needs no crawler.
  parameters = {
    classification              = "parquet"
    "projection.enabled"        = "true"
    "projection.year.type"      = "integer"
    "projection.year.range"     = "2024,2040"
    "projection.month.type"     = "integer"
    "projection.month.range"    = "1,12"
    "projection.month.digits"   = "2"
    "projection.day.type"       = "integer"
    "projection.day.range"      = "1,31"
    "projection.day.digits"     = "2"
    "storage.location.template" = "s3://${aws_s3_bucket.lake.bucket}/${each.key}/year=$${year}/month=$${month}/day=$${day}/"
  }

  partition_keys {
    name = "year"
    type = "int"
  }
  partition_keys {
    name = "month"
    type = "int"
  }
  partition_keys {
    name = "day"
    type = "int"
  }

  storage_descriptor {
    location      = "s3://${aws_s3_bucket.lake.bucket}/${each.key}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = each.value
      content {
        name = columns.value.name
        type = columns.value.type
      }
    }
  }
}

# Reports on Sundays what the files hold beyond the declared columns; it changes no table.
resource "aws_iam_role" "crawler" {
  name = "${var.name}-crawler"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "glue.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "crawler" {
  name = "lake"
  role = aws_iam_role.crawler.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.lake.arn}/*" },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = aws_s3_bucket.lake.arn },
      {
        Effect = "Allow"
        Action = ["glue:BatchGetPartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
        Resource = concat(
          ["arn:aws:glue:${local.region}:${local.account}:catalog", aws_glue_catalog_database.lake.arn],
          [for table in aws_glue_catalog_table.lake : table.arn],
        )
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "arn:aws:logs:${local.region}:${local.account}:log-group:/aws-glue/crawlers*"
      },
    ]
  })
}

resource "aws_glue_crawler" "lake" {
  name          = "${var.name}-lake"
  role          = aws_iam_role.crawler.arn
  database_name = aws_glue_catalog_database.lake.name
  schedule      = "cron(0 5 ? * SUN *)"

  catalog_target {
    database_name = aws_glue_catalog_database.lake.name
    tables        = [for table in aws_glue_catalog_table.lake : table.name]
  }
  schema_change_policy {
    update_behavior = "LOG"
    delete_behavior = "LOG"
  }
}

resource "aws_athena_workgroup" "lake" {
  name = var.name

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    # A query that would read more than this is refused: about a nickel.
    bytes_scanned_cutoff_per_query = 10737418240

    result_configuration {
      output_location = "s3://${aws_s3_bucket.lake.bucket}/athena/"
      encryption_configuration {
        encryption_option = "SSE_S3"
      }
    }
  }
}

resource "aws_quicksight_data_source" "lake" {
  count = var.quicksight ? 1 : 0

  data_source_id = "${var.name}-lake"
  name           = "${var.name} lake"
  type           = "ATHENA"

  parameters {
    athena {
      work_group = aws_athena_workgroup.lake.name
    }
  }
}

resource "aws_quicksight_data_set" "clickstream" {
  count = var.quicksight ? 1 : 0

  data_set_id = "${var.name}-clickstream"
  name        = "${var.name} clickstream"
  import_mode = "DIRECT_QUERY"

  physical_table_map {
    physical_table_map_id = "clickstream"

    relational_table {
      data_source_arn = aws_quicksight_data_source.lake[0].arn
      catalog         = "AwsDataCatalog"
      schema          = aws_glue_catalog_database.lake.name
      name            = "clickstream"

      input_columns {
        name = "event_type"
        type = "STRING"
      }
      input_columns {
        name = "occurred_at"
        type = "DATETIME"
      }
      input_columns {
        name = "market"
        type = "STRING"
      }
      input_columns {
        name = "product_id"
        type = "STRING"
      }
      input_columns {
        name = "device"
        type = "STRING"
      }
    }
  }
}
