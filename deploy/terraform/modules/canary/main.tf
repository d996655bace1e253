# A shopper who orders nothing, every five minutes, from outside of the shop: deploy/observability/canary.py.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region
  shopper = "${var.name}-shopper"
  # `python -m deploy.lambdas.build` packs it.
  package = "${path.module}/../../../../var/lambdas/canary.zip"
}

resource "aws_s3_bucket" "canary" {
  bucket = "${var.name}-canary-${local.account}"
}

resource "aws_s3_bucket_public_access_block" "canary" {
  bucket                  = aws_s3_bucket.canary.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "canary" {
  bucket = aws_s3_bucket.canary.id

  versioning_configuration {
    status = "Enabled"
  }
}

# What a visit saw is of use for days.
resource "aws_s3_bucket_lifecycle_configuration" "canary" {
  bucket = aws_s3_bucket.canary.id

  rule {
    id     = "forget-visits"
    status = "Enabled"

    filter {
      prefix = "visits/"
    }
    expiration {
      days = 31
    }
    noncurrent_version_expiration {
      noncurrent_days = 7
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

# The key names the content: another script is another key, which the canary follows.
resource "aws_s3_object" "script" {
  bucket = aws_s3_bucket.canary.id
  key    = "script/${filemd5(local.package)}.zip"
  source = local.package
}

resource "aws_iam_role" "canary" {
  name = local.shopper
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "canary" {
  name = "visit"
  role = aws_iam_role.canary.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["s3:PutObject"], Resource = ["${aws_s3_bucket.canary.arn}/visits/*"] },
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${aws_s3_bucket.canary.arn}/script/*"] },
      { Effect = "Allow", Action = ["s3:GetBucketLocation"], Resource = [aws_s3_bucket.canary.arn] },
      # S3 lets this action name no resource, and metrics have no names in IAM; the namespace bounds them.
      { Effect = "Allow", Action = ["s3:ListAllMyBuckets"], Resource = ["*"] },
      {
        Effect    = "Allow"
        Action    = ["cloudwatch:PutMetricData"]
        Resource  = ["*"]
        Condition = { StringEquals = { "cloudwatch:namespace" = "CloudWatchSynthetics" } }
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:aws:logs:${local.region}:${local.account}:log-group:/aws/lambda/cwsyn-${local.shopper}-*"]
      },
    ]
  })
}

resource "aws_synthetics_canary" "shopper" {
  name                 = local.shopper
  artifact_s3_location = "s3://${aws_s3_bucket.canary.id}/visits/"
  execution_role_arn   = aws_iam_role.canary.arn
  runtime_version      = "syn-python-selenium-14.0"
  handler              = "canary.handler"
  s3_bucket            = aws_s3_bucket.canary.id
  s3_key               = aws_s3_object.script.key
  start_canary         = true
  delete_lambda        = true

  success_retention_period = 2
  failure_retention_period = 31

  schedule {
    expression = "rate(5 minutes)"
  }
  run_config {
    # Four pages, each of which may take its ten seconds.
    timeout_in_seconds    = 60
    environment_variables = { SHOP_URL = "https://${var.domain}" }
  }
  depends_on = [aws_iam_role_policy.canary]
}

# Two visits in a row failed, or none was made: who is to see that the shop is away must not be away unseen.
resource "aws_cloudwatch_metric_alarm" "shopper" {
  alarm_name          = "${local.shopper}-fails"
  alarm_description   = "deploy/runbooks/canary.md"
  namespace           = "CloudWatchSynthetics"
  metric_name         = "SuccessPercent"
  statistic           = "Average"
  threshold           = 100
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  dimensions          = { CanaryName = aws_synthetics_canary.shopper.name }
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
