# The shop's processes on Fargate, behind a load balancer that sends /events/ to the realtime process and the rest to web.

data "aws_region" "current" {}

locals {
  secret_arns = { for name in var.secret_names : name => var.secret_arns[name] }

  # What every container gets. Each name is one that shopcloud/settings.py reads; secrets come from Secrets Manager.
  environment = {
    PRODUCTION              = "true"
    PUBLIC_URL              = "https://${var.domain}"
    ALLOWED_HOSTS           = join(",", [var.domain, "127.0.0.1", "localhost"])
    CSRF_TRUSTED_ORIGINS    = "https://${var.domain}"
    CSP_MEDIA_ORIGINS       = "https://${var.domain}"
    TRUSTED_PROXY_COUNT     = "2"
    DATABASE_PROXY          = "true"
    CELERY_BROKER_URL       = "sqs://"
    QUEUE_PREFIX            = var.queue_prefix
    TASK_VISIBILITY_SECONDS = tostring(var.visibility_seconds)
    AWS_REGION              = data.aws_region.current.region
    DYNAMODB_TABLE_PREFIX   = var.table_prefix
    EVENT_TOPIC_ARN         = var.event_topic_arn
    DAX_ENDPOINT            = var.dax_endpoint
    MEDIA_AVIF              = "true"
    MEDIA_BUCKET            = var.media_bucket
    DOWNLOADS_BUCKET        = var.downloads_bucket
    LAKE_BUCKET             = var.lake_bucket
    SHOPCLOUD_REGION        = var.home
    DOWNLOADS_BUCKET_US     = var.other_home.region == "us" ? var.other_home.downloads_bucket : ""
    DOWNLOADS_BUCKET_EU     = var.other_home.region == "eu" ? var.other_home.downloads_bucket : ""
    MEDIA_URL_BASE          = "https://${var.domain}/"
    SEARCH_URL              = var.search_url
    PAYMENT_GATEWAY         = "stripe"
    DEFAULT_FROM_EMAIL      = var.from_email
  }

  processes = {
    web = {
      command = ["gunicorn", "-c", "deploy/docker/gunicorn.conf.py", "shopcloud.wsgi", "--bind", "0.0.0.0:8000"]
      port    = 8000
      health  = ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
      cpu     = 1024
      memory  = 2048
      spot    = false
      stop    = "SIGTERM"
    }
    realtime = {
      command = ["gunicorn", "-c", "deploy/docker/gunicorn.conf.py", "shopcloud.asgi", "--bind", "0.0.0.0:8000"]
      port    = 8000
      health  = ["CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
      cpu     = 512
      memory  = 1024
      spot    = false
      stop    = "SIGTERM"
    }
    worker = {
      command = ["celery", "-A", "shopcloud", "worker", "-Q", "default,mail,media,lake", "--concurrency", "2", "--without-gossip", "--without-mingle", "--without-heartbeat"]
      port    = null
      health  = null
      cpu     = 1024
      memory  = 4096
      spot    = true
      stop    = "SIGQUIT"
    }
    # The index has one consumer.
    search = {
      command = ["celery", "-A", "shopcloud", "worker", "-Q", "search", "--concurrency", "1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
      port    = null
      health  = null
      cpu     = 512
      memory  = 2048
      spot    = true
      stop    = "SIGQUIT"
    }
    beat = {
      command = ["celery", "-A", "shopcloud", "beat", "--schedule", "/tmp/beat", "--pidfile", ""]
      port    = null
      health  = ["CMD-SHELL", "find /tmp -maxdepth 1 -name 'beat*' -mmin -5 | grep --quiet ."]
      cpu     = 256
      memory  = 512
      spot    = false
      stop    = "SIGTERM"
    }
    # One-off, started by deploy/lambdas/rotate_secret with the step and the secret that it is to work on.
    login = {
      command = ["python", "manage.py", "rotate_login", "--help"]
      port    = null
      health  = null
      cpu     = 256
      memory  = 1024
      spot    = false
      stop    = "SIGTERM"
    }
    # One-off: run before each deploy (deploy/runbooks/deploy.md).
    migrate = {
      command = ["python", "manage.py", "migrate", "--noinput"]
      port    = null
      health  = null
      cpu     = 512
      memory  = 1024
      spot    = false
      stop    = "SIGTERM"
    }
  }

  writable = { tmp = "/tmp", shop = "/var/lib/shop" }

  # What runs all the time; beat and search are single.
  counts = {
    for process, count in { web = var.min_tasks, realtime = var.realtime_tasks, worker = var.worker_tasks, search = 1, beat = 1 } :
    process => var.active ? count : 0
  }
}

resource "aws_ecs_cluster" "shop" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "shop" {
  cluster_name       = aws_ecs_cluster.shop.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_cloudwatch_log_group" "process" {
  for_each = local.processes

  name              = "/${var.name}/${each.key}"
  retention_in_days = 30
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_task_definition" "process" {
  for_each = local.processes

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = var.execution_role_arn
  task_role_arn            = var.task_role_arns[each.key]
  # A release can be taken back to a definition that Terraform has replaced since.
  skip_destroy = true

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  # What a task may write, as deploy/docker/Dockerfile declares it; it ends with the task.
  dynamic "volume" {
    for_each = local.writable
    content { name = volume.key }
  }

  container_definitions = jsonencode([{
    name         = each.key
    image        = var.image
    essential    = true
    command      = each.value.command
    stopTimeout  = 30
    portMappings = each.value.port == null ? [] : [{ containerPort = each.value.port, protocol = "tcp" }]
    environment = concat(
      [for name, value in local.environment : { name = name, value = value }],
      [{ name = "SHOPCLOUD_PROCESS", value = each.key }],
    )
    secrets     = [for name, arn in local.secret_arns : { name = name, valueFrom = arn }]
    healthCheck = each.value.health == null ? null : { command = each.value.health, interval = 15, timeout = 5, retries = 3, startPeriod = 30 }
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.process[each.key].name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = each.key
      }
    }
    linuxParameters        = { initProcessEnabled = true }
    readonlyRootFilesystem = true
    mountPoints            = [for volume, path in local.writable : { sourceVolume = volume, containerPath = path, readOnly = false }]
  }])
}

resource "aws_ecs_service" "process" {
  for_each = local.counts

  name                               = each.key
  cluster                            = aws_ecs_cluster.shop.id
  task_definition                    = aws_ecs_task_definition.process[each.key].arn
  desired_count                      = each.value
  propagate_tags                     = "SERVICE"
  enable_execute_command             = false
  deployment_minimum_healthy_percent = contains(["beat", "search"], each.key) ? 0 : 100
  deployment_maximum_percent         = contains(["beat", "search"], each.key) ? 100 : 200
  health_check_grace_period_seconds  = local.processes[each.key].port == null ? null : 60

  capacity_provider_strategy {
    capacity_provider = local.processes[each.key].spot ? "FARGATE_SPOT" : "FARGATE"
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets         = var.private_subnet_ids
    security_groups = [var.task_security_group_id]
  }

  dynamic "load_balancer" {
    for_each = local.processes[each.key].port == null ? [] : [local.processes[each.key].port]
    content {
      target_group_arn = aws_lb_target_group.process[each.key].arn
      container_name   = each.key
      container_port   = load_balancer.value
    }
  }

  # Which image runs is the release's to say (deploy/release.py): it takes the newest definition and puts the image in.
  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }

  depends_on = [aws_lb_listener_rule.realtime, aws_lb_listener_rule.web]
}

resource "aws_appautoscaling_target" "process" {
  for_each = {
    web      = { min = var.min_tasks, max = var.max_tasks }
    realtime = { min = var.realtime_tasks, max = var.realtime_tasks * 5 }
    worker   = { min = var.worker_tasks, max = var.worker_tasks * 5 }
  }

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.shop.name}/${aws_ecs_service.process[each.key].name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.active ? each.value.min : 0
  max_capacity       = var.active ? each.value.max : 0
}

resource "aws_appautoscaling_policy" "cpu" {
  for_each = aws_appautoscaling_target.process

  name               = "${each.key}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 70
    scale_out_cooldown = 60
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}
