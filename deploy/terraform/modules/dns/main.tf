# The shop's name leads to CloudFront; the origin's name to the nearest region that is well.

resource "aws_route53_record" "shop" {
  for_each = toset(["A", "AAAA"])

  zone_id = var.zone_id
  name    = var.domain
  type    = each.key

  alias {
    name                   = var.distribution_domain
    zone_id                = var.distribution_zone_id
    evaluate_target_health = false
  }
}

resource "aws_route53_record" "balancer" {
  for_each = var.regions

  zone_id = var.zone_id
  name    = "${each.key}.${var.origin_domain}"
  type    = "A"

  alias {
    name                   = each.value.dns_name
    zone_id                = each.value.zone_id
    evaluate_target_health = true
  }
}

# Each region is asked from outside every 30 seconds; after three failures people are sent to the other one.
resource "aws_route53_health_check" "region" {
  for_each = var.regions

  type              = "HTTPS"
  fqdn              = "${each.key}.${var.origin_domain}"
  port              = 443
  resource_path     = "/healthz"
  request_interval  = 30
  failure_threshold = 3
  enable_sni        = true

  depends_on = [aws_route53_record.balancer]
}

resource "aws_route53_record" "origin" {
  for_each = var.regions

  zone_id         = var.zone_id
  name            = var.origin_domain
  type            = "A"
  set_identifier  = each.key
  health_check_id = aws_route53_health_check.region[each.key].id

  latency_routing_policy {
    region = each.key
  }
  alias {
    name                   = each.value.dns_name
    zone_id                = each.value.zone_id
    evaluate_target_health = true
  }
}

# What people see, asked from outside every 30 seconds.
resource "aws_route53_health_check" "shop" {
  type              = "HTTPS"
  fqdn              = var.domain
  port              = 443
  resource_path     = "/healthz"
  request_interval  = 30
  failure_threshold = 3
  enable_sni        = true
}
