# What each process may do, and nothing else. tests/deploy/test_terraform.py compares the actions with the calls in the code.

data "aws_caller_identity" "current" {}
data "aws_region" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.region

  tables  = [for name in var.table_names : "arn:aws:dynamodb:${local.region}:${local.account}:table/${name}"]
  files   = [for name in [var.media_bucket, var.downloads_bucket] : "arn:aws:s3:::${name}"]
  lake    = "arn:aws:s3:::${var.lake_bucket}"
  domain  = "arn:aws:es:${local.region}:${local.account}:domain/${var.search_domain}"
  cluster = "arn:aws:dax:${local.region}:${local.account}:cache/${var.name}"

  statements = {
    catalog = [
      {
        Effect = "Allow"
        Action = [
          "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem",
          "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem",
        ]
        Resource = concat(local.tables, [for arn in local.tables : "${arn}/index/*"])
      },
      {
        Effect   = "Allow"
        Action   = ["dax:BatchGetItem", "dax:GetItem", "dax:PutItem", "dax:Query", "dax:UpdateItem", "dax:BatchWriteItem", "dax:ConditionCheckItem"]
        Resource = [local.cluster]
      },
    ]
    files = [
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"], Resource = [for arn in local.files : "${arn}/*"] },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = local.files },
      # The readiness check asks for the account's buckets; S3 lets this action name no resource.
      { Effect = "Allow", Action = ["s3:ListAllMyBuckets"], Resource = ["*"] },
    ]
    # Copies of their data, for people of the other home; of its bucket these alone.
    copies = [
      for bucket in compact([var.copies_bucket]) :
      { Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"], Resource = ["arn:aws:s3:::${bucket}/exports/*"] }
    ]
    lake_reads = [
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${local.lake}/*"] },
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [local.lake] },
    ]
    lake_writes = [
      { Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject"], Resource = ["${local.lake}/*"] },
    ]
    search_reads = [
      { Effect = "Allow", Action = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"], Resource = ["${local.domain}/*"] },
    ]
    search_writes = [
      { Effect = "Allow", Action = ["es:ESHttpPut", "es:ESHttpDelete"], Resource = ["${local.domain}/*"] },
    ]
    sends = [
      { Effect = "Allow", Action = ["sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"], Resource = var.queue_arns },
      # Celery finds its queues by their prefix; SQS lets this action name no resource.
      { Effect = "Allow", Action = ["sqs:ListQueues"], Resource = ["*"] },
    ]
    tells = [
      { Effect = "Allow", Action = ["sns:Publish"], Resource = [var.event_topic_arn] },
      # The topic is encrypted with the region's key.
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = [var.kms_key_arn] },
    ]
    # Passwords that are on their way, and the login that may make logins.
    logins = [
      { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = var.login_secret_arns },
      { Effect = "Allow", Action = ["kms:Decrypt"], Resource = [var.kms_key_arn] },
    ]
    consumes = [
      { Effect = "Allow", Action = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"], Resource = var.queue_arns },
    ]
  }

  processes = {
    web      = ["catalog", "files", "copies", "lake_reads", "search_reads", "sends"]
    realtime = []
    worker   = ["catalog", "files", "copies", "lake_reads", "lake_writes", "search_reads", "search_writes", "sends", "tells", "consumes"]
    search   = ["catalog", "files", "search_reads", "search_writes", "sends", "consumes"]
    beat     = ["sends"]
    migrate  = []
    login    = ["logins"]
  }
}

resource "aws_iam_role" "task" {
  for_each = local.processes

  name = "${var.name}-${local.region}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "task" {
  for_each = { for process, parts in local.processes : process => parts if length(parts) > 0 }

  name = "stores"
  role = aws_iam_role.task[each.key].id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = flatten([for part in each.value : local.statements[part]])
  })
}

# What starts the containers: it pulls the image, reads the secrets and opens the logs. The shop's code never has it.
resource "aws_iam_role" "execution" {
  name = "${var.name}-${local.region}-execution"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["secretsmanager:GetSecretValue"], Resource = values(var.secret_arns) },
      { Effect = "Allow", Action = ["kms:Decrypt"], Resource = [var.kms_key_arn] },
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = ["arn:aws:ecr:${local.region}:${local.account}:repository/${var.repository}"]
      },
      # A login to the registry is for the account: ECR lets this action name no resource.
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["arn:aws:logs:${local.region}:${local.account}:log-group:/${var.name}/*"]
      },
    ]
  })
}
