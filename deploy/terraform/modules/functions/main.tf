# The Lambdas of a region: deploy/lambdas. `python -m deploy.lambdas.build` packs them into var/lambdas.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

data "aws_dynamodb_table" "products" {
  name = var.products_table
}

locals {
  account  = data.aws_caller_identity.current.account_id
  region   = data.aws_region.current.region
  packages = "${path.module}/../../../../var/lambdas"
  database = "arn:aws:rds:${local.region}:${local.account}"
  added    = "${var.writer}-auto-"

  functions = merge(
    {
      catalog_indexer = {
        seconds     = 30, memory = 256, layers = []
        environment = { QUEUE_URL = var.search_queue.url }
      }
      fulfil_download = {
        seconds     = 30, memory = 128, layers = []
        environment = { QUEUE_URL = var.default_queue.url }
      }
      rotate_secret = {
        seconds = 900, memory = 128, layers = []
        environment = {
          ADMIN_SECRET   = var.logins.admin
          LOGIN_SECRETS  = jsonencode(var.logins.turns)
          FOLLOWERS      = jsonencode(var.followers.secret_arns)
          VALKEY         = var.valkey.id
          CLUSTERS       = jsonencode(var.processes.cluster_arns)
          SERVICES       = jsonencode(var.processes.services)
          TASK_FAMILY    = var.processes.family
          SUBNETS        = jsonencode(var.subnet_ids)
          SECURITY_GROUP = var.security_group_id
        }
      }
    },
    var.pandas_layer_arn == "" ? {} : {
      lake_compactor = {
        seconds     = 900, memory = 3008, layers = [var.pandas_layer_arn]
        environment = { LAKE_BUCKET = var.lake_bucket }
      }
    },
    var.scales_replicas ? {
      replica_scaler = {
        seconds = 60, memory = 256, layers = []
        environment = {
          WRITER          = var.writer
          PREFIX          = local.added
          ZONE_ID         = var.readers_zone_id
          RECORD          = var.readers_name
          MAX_CONNECTIONS = tostring(var.max_connections)
          FLOOR           = tostring(var.fewest_replicas)
          CEILING         = tostring(var.most_replicas)
        }
      }
    } : {},
  )

  schedules = { for name, at in { lake_compactor = "cron(7 2 * * ? *)", replica_scaler = "rate(1 minute)" } : name => at if contains(keys(local.functions), name) }

  # Each function's own, beside its log and its dead letters.
  statements = {
    catalog_indexer = [
      {
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = ["arn:aws:dynamodb:${local.region}:${local.account}:table/${var.products_table}/stream/*"]
      },
      { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = [var.search_queue.arn] },
    ]
    fulfil_download = [
      { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], Resource = [var.paid_queue_arn] },
      { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = [var.default_queue.arn] },
    ]
    rotate_secret = [
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:DescribeSecret", "secretsmanager:UpdateSecretVersionStage"]
        Resource = values(var.rotated_secret_arns)
      },
      { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = concat(values(var.rotated_secret_arns), var.followers.secret_arns) },
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:PutSecretValue"]
        Resource = concat(values(var.rotated_secret_arns), var.followers.secret_arns, values(var.logins.turns))
      },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = concat([var.kms_key_arn], var.followers.kms_key_arns) },
      { Effect = "Allow", Action = ["elasticache:DescribeReplicationGroups", "elasticache:ModifyReplicationGroup"], Resource = [var.valkey.arn] },
      { Effect = "Allow", Action = ["ecs:RunTask"], Resource = ["arn:aws:ecs:${local.region}:${local.account}:task-definition/${var.processes.family}*"] },
      { Effect = "Allow", Action = ["ecs:DescribeTasks"], Resource = ["arn:aws:ecs:${local.region}:${local.account}:task/${var.name}/*"] },
      {
        Effect   = "Allow"
        Action   = ["ecs:UpdateService"]
        Resource = [for cluster in var.processes.cluster_arns : "${replace(cluster, ":cluster/", ":service/")}/*"]
      },
      {
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = var.processes.role_arns
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
    lake_compactor = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], Resource = ["arn:aws:s3:::${var.lake_bucket}/*"] },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = ["arn:aws:s3:::${var.lake_bucket}"] },
    ]
    replica_scaler = [
      { Effect = "Allow", Action = ["rds:DescribeDBInstances"], Resource = ["${local.database}:db:${var.writer}*"] },
      {
        Effect = "Allow"
        Action = ["rds:CreateDBInstanceReadReplica"]
        Resource = [
          "${local.database}:db:${var.writer}", "${local.database}:db:${local.added}*", "${local.database}:pg:${var.name}-*",
          "${local.database}:subgrp:${var.name}-orders", "${local.database}:og:default*",
        ]
      },
      { Effect = "Allow", Action = ["rds:AddTagsToResource"], Resource = ["${local.database}:db:${var.writer}", "${local.database}:db:${local.added}*"] },
      { Effect = "Allow", Action = ["rds:DeleteDBInstance"], Resource = ["${local.database}:db:${local.added}*"] },
      { Effect = "Allow", Action = ["route53:ChangeResourceRecordSets"], Resource = ["arn:aws:route53:::hostedzone/${var.readers_zone_id}"] },
      # A copy of an encrypted database: RDS is lent the key.
      { Effect = "Allow", Action = ["kms:CreateGrant", "kms:DescribeKey"], Resource = [var.kms_key_arn] },
      # Metrics have no names in IAM.
      { Effect = "Allow", Action = ["cloudwatch:GetMetricData"], Resource = ["*"] },
    ]
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  name = "${var.name}-${local.region}-${replace(each.key, "_", "-")}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "function" {
  for_each = local.functions

  name = "work"
  role = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.statements[each.key], [
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = ["${aws_cloudwatch_log_group.function[each.key].arn}:*"] },
      { Effect = "Allow", Action = ["sqs:SendMessage"], Resource = [aws_sqs_queue.dead[each.key].arn] },
    ])
  })
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${replace(each.key, "_", "-")}"
  retention_in_days = 30
  kms_key_id        = var.kms_key_arn
}

# What failed for good: of a stream the place, of a schedule the event.
resource "aws_sqs_queue" "dead" {
  for_each = local.functions

  name                      = "${var.name}-${replace(each.key, "_", "-")}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name    = "${var.name}-${replace(each.key, "_", "-")}"
  role             = aws_iam_role.function[each.key].arn
  runtime          = "python3.12"
  architectures    = ["arm64"]
  handler          = "deploy.lambdas.${each.key}.handler.handle"
  filename         = "${local.packages}/${each.key}.zip"
  source_code_hash = filebase64sha256("${local.packages}/${each.key}.zip")
  memory_size      = each.value.memory
  timeout          = each.value.seconds
  layers           = each.value.layers

  environment {
    variables = each.value.environment
  }
  dead_letter_config {
    target_arn = aws_sqs_queue.dead[each.key].arn
  }
  depends_on = [aws_iam_role_policy.function]
}

# -- what starts them ----------------------------------------------------------------------------------------------

resource "aws_lambda_event_source_mapping" "products" {
  event_source_arn                   = data.aws_dynamodb_table.products.stream_arn
  function_name                      = aws_lambda_function.function["catalog_indexer"].arn
  starting_position                  = "TRIM_HORIZON"
  batch_size                         = 500
  maximum_batching_window_in_seconds = 1
  bisect_batch_on_function_error     = true
  maximum_retry_attempts             = 10
  maximum_record_age_in_seconds      = 3600
  function_response_types            = ["ReportBatchItemFailures"]

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.dead["catalog_indexer"].arn
    }
  }
}

resource "aws_lambda_event_source_mapping" "paid" {
  event_source_arn        = var.paid_queue_arn
  function_name           = aws_lambda_function.function["fulfil_download"].arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]
}

resource "aws_lambda_permission" "rotation" {
  for_each = var.rotated_secret_arns

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function["rotate_secret"].function_name
  principal     = "secretsmanager.amazonaws.com"
  source_arn    = each.value
}

# At night where the orders are written: the first turn takes a lock on each table for a moment.
resource "aws_secretsmanager_secret_rotation" "password" {
  for_each = var.rotated_secret_arns

  secret_id           = each.value
  rotation_lambda_arn = aws_lambda_function.function["rotate_secret"].arn
  rotate_immediately  = false

  rotation_rules {
    schedule_expression = var.rotation_times[each.key]
    duration            = "2h"
  }
  depends_on = [aws_lambda_permission.rotation]
}

resource "aws_cloudwatch_event_rule" "schedule" {
  for_each = local.schedules

  name                = "${var.name}-${replace(each.key, "_", "-")}"
  schedule_expression = each.value
}

resource "aws_cloudwatch_event_target" "schedule" {
  for_each = local.schedules

  rule = aws_cloudwatch_event_rule.schedule[each.key].name
  arn  = aws_lambda_function.function[each.key].arn
}

resource "aws_lambda_permission" "schedule" {
  for_each = local.schedules

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function[each.key].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule[each.key].arn
}

# -- when they fail ------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each = local.functions

  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}-errors"
  alarm_description   = "deploy/runbooks/lambdas.md"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  statistic           = "Sum"
  threshold           = 0
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = each.key == "lake_compactor" ? 1 : 3
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = aws_lambda_function.function[each.key].function_name }
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  for_each = local.functions

  alarm_name          = "${var.name}-${replace(each.key, "_", "-")}-dead-letters"
  alarm_description   = "deploy/runbooks/lambdas.md"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  statistic           = "Maximum"
  threshold           = 0
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  dimensions          = { QueueName = aws_sqs_queue.dead[each.key].name }
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

# The index of a region falls behind its products.
resource "aws_cloudwatch_metric_alarm" "stream_age" {
  alarm_name          = "${var.name}-catalog-indexer-age"
  alarm_description   = "deploy/runbooks/lambdas.md"
  namespace           = "AWS/Lambda"
  metric_name         = "IteratorAge"
  statistic           = "Maximum"
  threshold           = 300000
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  dimensions          = { FunctionName = aws_lambda_function.function["catalog_indexer"].function_name }
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

# The replicas are as many as there may be, and still not enough.
resource "aws_cloudwatch_metric_alarm" "ceiling" {
  count = var.scales_replicas ? 1 : 0

  alarm_name          = "${var.name}-replicas-at-ceiling"
  alarm_description   = "deploy/runbooks/replica-lag.md"
  namespace           = "ShopCloud"
  metric_name         = "AtCeiling"
  statistic           = "Maximum"
  threshold           = 0
  period              = 60
  evaluation_periods  = 10
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  dimensions          = { Writer = var.writer }
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}
