# Alarms wake someone only where buyers notice, or soon will. Each has a page in deploy/runbooks/ that says what to do.

data "aws_region" "current" {}

locals {
  balancer = { LoadBalancer = var.balancer_arn_suffix }
  database = { DBInstanceIdentifier = var.database }

  # runbook: the file in deploy/runbooks/. threshold is met for `periods` periods of `seconds`.
  alarms = merge({
    p95-latency = {
      runbook = "latency", namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", statistic = "p95", threshold = 0.5
      periods = 3, seconds = 60, dimensions = local.balancer, comparison = "GreaterThanThreshold"
    }
    database-cpu = {
      runbook = "database-load", namespace = "AWS/RDS", metric = "CPUUtilization", statistic = "Average", threshold = 80
      periods = 5, seconds = 60, dimensions = local.database, comparison = "GreaterThanThreshold"
    }
    database-connections = {
      runbook   = "database-load", namespace = "AWS/RDS", metric = "DatabaseConnections", statistic = "Maximum"
      threshold = var.max_connections * 0.8, periods = 3, seconds = 60, dimensions = local.database, comparison = "GreaterThanThreshold"
    }
    database-disk = {
      runbook   = "database-disk", namespace = "AWS/RDS", metric = "FreeStorageSpace", statistic = "Minimum"
      threshold = var.storage_gib * 1073741824 * 0.2, periods = 3, seconds = 300, dimensions = local.database, comparison = "LessThanThreshold"
    }
    valkey-cpu = {
      runbook = "valkey", namespace = "AWS/ElastiCache", metric = "EngineCPUUtilization", statistic = "Maximum", threshold = 80
      periods = 5, seconds = 60, dimensions = { ReplicationGroupId = var.valkey }, comparison = "GreaterThanThreshold"
    }
    valkey-memory = {
      runbook = "valkey", namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", statistic = "Maximum", threshold = 80
      periods = 5, seconds = 60, dimensions = { ReplicationGroupId = var.valkey }, comparison = "GreaterThanThreshold"
    }
    web-cpu = {
      runbook    = "web-load", namespace = "AWS/ECS", metric = "CPUUtilization", statistic = "Average", threshold = 80, periods = 5, seconds = 60
      dimensions = { ClusterName = var.cluster_name, ServiceName = var.service_names["web"] }, comparison = "GreaterThanThreshold"
    }
    search-red = {
      runbook = "search", namespace = "AWS/ES", metric = "ClusterStatus.red", statistic = "Maximum", threshold = 0
      periods = 3, seconds = 60, dimensions = { DomainName = var.search_domain, ClientId = var.account_id }, comparison = "GreaterThanThreshold"
    }
    },
    { for index, reader in var.readers : "replica-lag-${index + 1}" => {
      runbook = "replica-lag", namespace = "AWS/RDS", metric = "ReplicaLag", statistic = "Maximum", threshold = 5
      periods = 3, seconds = 60, dimensions = { DBInstanceIdentifier = reader }, comparison = "GreaterThanThreshold"
    } },
    { for queue, name in var.queue_names : "queue-age-${queue}" => {
      runbook = "queues", namespace = "AWS/SQS", metric = "ApproximateAgeOfOldestMessage", statistic = "Maximum", threshold = 300
      periods = 3, seconds = 60, dimensions = { QueueName = name }, comparison = "GreaterThanThreshold"
    } },
    { for queue, name in var.dead_queue_names : "dead-letters-${queue}" => {
      runbook = "queues", namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", statistic = "Maximum", threshold = 0
      periods = 1, seconds = 60, dimensions = { QueueName = name }, comparison = "GreaterThanThreshold"
    } },
    { for table in var.table_names : "throttled-${table}" => {
      runbook = "catalog", namespace = "AWS/DynamoDB", metric = "ThrottledRequests", statistic = "Sum", threshold = 10
      periods = 3, seconds = 60, dimensions = { TableName = table }, comparison = "GreaterThanThreshold"
  } })

  # 99.99 % allows 0.01 % of failures: an hour at 14.4 times that spends 2 % of a month's budget, six hours at 6 times 5 %.
  burns = {
    fast = { seconds = 300, threshold = 0.144, periods = 12, breaching = 10 }
    slow = { seconds = 1800, threshold = 0.06, periods = 12, breaching = 10 }
  }
}

resource "aws_cloudwatch_metric_alarm" "tier" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "deploy/runbooks/${each.value.runbook}.md"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  threshold           = each.value.threshold
  period              = each.value.seconds
  evaluation_periods  = each.value.periods
  comparison_operator = each.value.comparison
  dimensions          = each.value.dimensions
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  alarm_name          = "${var.name}-error-rate"
  alarm_description   = "deploy/runbooks/errors.md"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 3
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]

  metric_query {
    id          = "rate"
    expression  = "100 * (FILL(own, 0) + FILL(target, 0)) / requests"
    label       = "Failed requests, %"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { own = "HTTPCode_ELB_5XX_Count", target = "HTTPCode_Target_5XX_Count", requests = "RequestCount" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        stat        = "Sum"
        period      = 60
        dimensions  = local.balancer
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "burn" {
  for_each = local.burns

  alarm_name          = "${var.name}-${each.key}-burn"
  alarm_description   = "deploy/runbooks/errors.md"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.breaching
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]

  metric_query {
    id          = "rate"
    expression  = "100 * (FILL(own, 0) + FILL(target, 0)) / requests"
    label       = "Failed requests, %"
    return_data = true
  }
  dynamic "metric_query" {
    for_each = { own = "HTTPCode_ELB_5XX_Count", target = "HTTPCode_Target_5XX_Count", requests = "RequestCount" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        stat        = "Sum"
        period      = each.value.seconds
        dimensions  = local.balancer
      }
    }
  }
}

locals {
  requests = ["AWS/ApplicationELB", "RequestCount", "LoadBalancer", var.balancer_arn_suffix]
  failures = "100 * (FILL(own, 0) + FILL(target, 0)) / requests"

  # 99.99 % of the requests: what they may fail of, in percent.
  budget = 0.01

  failed = [
    concat(local.requests, [{ id = "requests", stat = "Sum", visible = false }]),
    ["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", "LoadBalancer", var.balancer_arn_suffix, { id = "own", stat = "Sum", visible = false }],
    ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "LoadBalancer", var.balancer_arn_suffix, { id = "target", stat = "Sum", visible = false }],
  ]

  # What buyers notice stands first; below it is a graph for each alarm.
  traffic = [
    { title = "Requests", period = 60, metrics = [concat(local.requests, [{ stat = "Sum" }])] },
    { title = "Failed requests, %", period = 60, metrics = concat(local.failed, [[{ expression = local.failures, label = "failed" }]]) },
    {
      title   = "Answers (budgets 0.2 and 0.5 s)", period = 60
      metrics = [for stat in ["p50", "p95", "p99"] : ["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", var.balancer_arn_suffix, { stat = stat, label = stat }]]
    },
    { title = "Times the budget of 99.99 %, by the hour", period = 3600, metrics = concat(local.failed, [[{ expression = "${local.failures} / ${local.budget}", label = "burn rate" }]]) },
    {
      title   = "Tasks of the processes", period = 60
      metrics = [for process, name in var.service_names : ["AWS/ECS", "CPUUtilization", "ClusterName", var.cluster_name, "ServiceName", name, { stat = "SampleCount", label = process }]]
    },
    {
      title   = "Oldest message", period = 60
      metrics = [for queue, name in var.queue_names : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name, { stat = "Maximum", label = queue }]]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "shop" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [for index, graph in local.traffic : {
        type   = "metric"
        x      = (index % 3) * 8
        y      = floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title   = graph.title
          region  = data.aws_region.current.region
          period  = graph.period
          metrics = graph.metrics
        }
      }],
      [for index, alarm in keys(local.alarms) : {
        type   = "metric"
        x      = (index % 3) * 8
        y      = 12 + floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title   = alarm
          region  = data.aws_region.current.region
          stat    = local.alarms[alarm].statistic
          period  = local.alarms[alarm].seconds
          metrics = [concat([local.alarms[alarm].namespace, local.alarms[alarm].metric], flatten([for key, value in local.alarms[alarm].dimensions : [key, value]]))]
        }
      }]
    )
  })
}
