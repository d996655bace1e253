resource "aws_lb" "shop" {
  name                       = var.name
  load_balancer_type         = "application"
  subnets                    = var.public_subnet_ids
  security_groups            = [var.balancer_security_group_id]
  drop_invalid_header_fields = true
  enable_deletion_protection = true
  # Shorter than gunicorn keeps an idle connection (75 s), so that none is closed under a request.
  idle_timeout = 60
}

resource "aws_lb_target_group" "process" {
  for_each = toset(["web", "realtime"])

  name                 = "${var.name}-${each.key}"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = 8000
  deregistration_delay = each.key == "web" ? 25 : 5

  health_check {
    path                = "/healthz"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.shop.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  # A request that names another host, or did not come through CloudFront, is none of the shop's.
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "realtime" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.process["realtime"].arn
  }
  condition {
    path_pattern {
      values = ["/events/*"]
    }
  }
  condition {
    http_header {
      http_header_name = "X-Origin-Key"
      values           = [var.origin_key]
    }
  }
}

# Route 53 asks each region by its own name, past CloudFront.
resource "aws_lb_listener_rule" "health" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 5

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.process["web"].arn
  }
  condition {
    path_pattern {
      values = ["/healthz"]
    }
  }
}

# How the processes fare is for the inside.
resource "aws_lb_listener_rule" "metrics" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 15

  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
  condition {
    path_pattern {
      values = ["/metrics"]
    }
  }
}

resource "aws_lb_listener_rule" "web" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 20

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.process["web"].arn
  }
  condition {
    path_pattern {
      values = ["/*"]
    }
  }
  condition {
    http_header {
      http_header_name = "X-Origin-Key"
      values           = [var.origin_key]
    }
  }
}
