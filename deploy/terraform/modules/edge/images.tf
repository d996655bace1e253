# The picture's format by browser: deploy/lambdas/edge_images. `python -m deploy.lambdas.build` packs it.

data "aws_caller_identity" "current" {}

locals {
  image_package = "${path.module}/../../../../var/lambdas/edge_images.zip"
}

resource "aws_cloudfront_function" "accept" {
  name    = "${var.name}-accept"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/../../../lambdas/edge_images/accept.js")
}

resource "aws_iam_role" "images" {
  name = "${var.name}-edge-images"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] }
    }]
  })
}

# It runs in the region nearest to the browser and logs there, under a name that starts with its home.
resource "aws_iam_role_policy" "images" {
  name = "logs"
  role = aws_iam_role.images.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "arn:aws:logs:*:${data.aws_caller_identity.current.account_id}:log-group:/aws/lambda/us-east-1.${var.name}-edge-images*"
    }]
  })
}

resource "aws_lambda_function" "images" {
  function_name    = "${var.name}-edge-images"
  role             = aws_iam_role.images.arn
  runtime          = "python3.12"
  architectures    = ["x86_64"]
  handler          = "deploy.lambdas.edge_images.handler.handle"
  filename         = local.image_package
  source_code_hash = filebase64sha256(local.image_package)
  memory_size      = 128
  timeout          = 3
  # The edge takes a published version.
  publish = true
}

resource "aws_cloudfront_monitoring_subscription" "shop" {
  distribution_id = aws_cloudfront_distribution.shop.id

  monitoring_subscription {
    realtime_metrics_subscription_config {
      realtime_metrics_subscription_status = "Enabled"
    }
  }
}

# A function that fails at the edge is a picture that does not appear.
resource "aws_cloudwatch_metric_alarm" "images" {
  alarm_name          = "${var.name}-edge-images"
  alarm_description   = "deploy/runbooks/lambdas.md"
  namespace           = "AWS/CloudFront"
  metric_name         = "LambdaExecutionError"
  statistic           = "Average"
  threshold           = 1
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  dimensions          = { DistributionId = aws_cloudfront_distribution.shop.id, Region = "Global" }
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
