# What the workflows at GitHub may do in this account: a role each, lent for an hour against GitHub's own token. There is no key.

data "aws_caller_identity" "current" {}

locals {
  account = data.aws_caller_identity.current.account_id
  issuer  = "token.actions.githubusercontent.com"
  states  = "arn:aws:s3:::${var.states_bucket}"

  # The environment at GitHub whose jobs may take the role; who may start such a job is said there.
  lent_to = {
    build   = "build"
    plan    = "${var.environment}-plan"
    apply   = var.environment
    release = var.environment
  }
  # An apply may wait for a database, a release for five services and their way back.
  hours = { build = 1, plan = 1, apply = 2, release = 3 }

  repositories = [for region in var.regions : "arn:aws:ecr:${region}:${local.account}:repository/${var.name}"]

  statements = {
    build = [
      # A login to the registry is for the account: ECR lets this action name no resource.
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
      {
        Effect = "Allow"
        Action = [
          "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:GetDownloadUrlForLayer",
          "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
        ]
        Resource = local.repositories
      },
    ]
    release = [
      { Effect = "Allow", Action = ["ecr:GetAuthorizationToken"], Resource = ["*"] },
      { Effect = "Allow", Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = local.repositories },
      # Definitions have no names in IAM; which roles one may carry is said below.
      { Effect = "Allow", Action = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"], Resource = ["*"] },
      {
        Effect   = "Allow"
        Action   = ["ecs:TagResource"]
        Resource = [for region in var.regions : "arn:aws:ecs:${region}:${local.account}:task-definition/${var.name}-*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ecs:DescribeServices", "ecs:UpdateService"]
        Resource = [for region in var.regions : "arn:aws:ecs:${region}:${local.account}:service/${var.name}/*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ecs:RunTask"]
        Resource = [for region in var.regions : "arn:aws:ecs:${region}:${local.account}:task-definition/${var.name}-migrate*"]
      },
      {
        Effect   = "Allow"
        Action   = ["ecs:DescribeTasks"]
        Resource = [for region in var.regions : "arn:aws:ecs:${region}:${local.account}:task/${var.name}/*"]
      },
      {
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [for region in var.regions : "arn:aws:iam::${local.account}:role/${var.name}-${region}-*"]
        Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
      },
    ]
    # Beside ReadOnlyAccess: the state, the secrets that Terraform compares, and where a plan waits to be approved.
    plan = [
      { Effect = "Allow", Action = ["s3:ListBucket"], Resource = [local.states] },
      { Effect = "Allow", Action = ["s3:GetObject"], Resource = ["${local.states}/shopcloud/${var.environment}.tfstate"] },
      { Effect = "Allow", Action = ["s3:PutObject"], Resource = ["${local.states}/plans/${var.environment}/*"] },
      {
        Effect   = "Allow"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [for region in var.regions : "arn:aws:secretsmanager:${region}:${local.account}:secret:${var.name}/*"]
      },
      { Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.kms_key_arns },
      # To plan is to read settings, not what buyers left here.
      { Effect = "Deny", Action = ["s3:GetObject"], Resource = ["arn:aws:s3:::${var.name}-*/*"] },
      {
        Effect   = "Deny"
        Action   = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PartiQLSelect", "dynamodb:Query", "dynamodb:Scan"]
        Resource = [for region in var.regions : "arn:aws:dynamodb:${region}:${local.account}:table/${var.name}-*"]
      },
    ]
  }

  # Terraform makes roles, so whoever applies may do anything; that a person approves each apply is what bounds it.
  managed = { plan = "arn:aws:iam::aws:policy/ReadOnlyAccess", apply = "arn:aws:iam::aws:policy/AdministratorAccess" }
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "workflow" {
  for_each = local.lent_to

  name                 = "${var.name}-github-${each.key}"
  max_session_duration = local.hours[each.key] * 3600
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "repo:${var.repository}:environment:${each.value}"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "workflow" {
  for_each = local.statements

  name   = "work"
  role   = aws_iam_role.workflow[each.key].id
  policy = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

resource "aws_iam_role_policy_attachment" "workflow" {
  for_each = local.managed

  role       = aws_iam_role.workflow[each.key].name
  policy_arn = each.value
}
