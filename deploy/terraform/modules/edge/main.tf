# CloudFront in front of everything, in us-east-1 as it must be. Pictures and models come from S3, pages from the balancers.

locals {
  assets = toset(["images/*", "models/*"])
  # Whether a path's format depends on the browser.
  negotiates = { "images/*" = var.negotiate_pictures, "models/*" = false }
}

resource "aws_cloudfront_origin_access_control" "media" {
  name                              = "${var.name}-media"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# Pages say themselves how long they may be kept (s-maxage); the market hangs on the path, so nothing else tells them apart.
resource "aws_cloudfront_cache_policy" "pages" {
  name        = "${var.name}-pages"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 86400

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "all"
    }
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Host", "HX-Request", "Authorization", "Accept"]
      }
    }
    query_strings_config {
      query_string_behavior = "all"
    }
  }
}

resource "aws_cloudfront_cache_policy" "static" {
  name        = "${var.name}-static"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }
    headers_config {
      header_behavior = "none"
    }
    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

# Two copies of a picture: accept.js leaves two values of Accept.
resource "aws_cloudfront_cache_policy" "pictures" {
  name        = "${var.name}-pictures"
  min_ttl     = 0
  default_ttl = 86400
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = false
    enable_accept_encoding_gzip   = false

    cookies_config {
      cookie_behavior = "none"
    }
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Accept"]
      }
    }
    query_strings_config {
      query_string_behavior = "none"
    }
  }
}

data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "all" {
  name = "Managed-AllViewer"
}

resource "aws_cloudfront_distribution" "shop" {
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  aliases         = [var.domain]
  price_class     = "PriceClass_All"
  web_acl_id      = aws_wafv2_web_acl.shop.arn

  # The balancers by a name that Route 53 answers by latency and health.
  origin {
    origin_id   = "pages"
    domain_name = var.origin_domain

    custom_header {
      name  = "X-Origin-Key"
      value = var.origin_key
    }
    custom_origin_config {
      http_port                = 80
      https_port               = 443
      origin_protocol_policy   = "https-only"
      origin_ssl_protocols     = ["TLSv1.2"]
      origin_read_timeout      = 35
      origin_keepalive_timeout = 55
    }
  }

  dynamic "origin" {
    for_each = var.media_bucket_domains
    content {
      origin_id                = "media-${origin.key}"
      domain_name              = origin.value
      origin_access_control_id = aws_cloudfront_origin_access_control.media.id
    }
  }

  dynamic "origin_group" {
    for_each = length(var.media_bucket_domains) > 1 ? [true] : []
    content {
      origin_id = "media"

      failover_criteria {
        status_codes = [403, 404, 500, 502, 503, 504]
      }
      member {
        origin_id = "media-0"
      }
      member {
        origin_id = "media-1"
      }
    }
  }

  default_cache_behavior {
    target_origin_id         = "pages"
    viewer_protocol_policy   = "redirect-to-https"
    allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods           = ["GET", "HEAD"]
    compress                 = true
    cache_policy_id          = aws_cloudfront_cache_policy.pages.id
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
  }

  ordered_cache_behavior {
    path_pattern           = "/static/*"
    target_origin_id       = "pages"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD"]
    cached_methods         = ["GET", "HEAD"]
    compress               = true
    cache_policy_id        = aws_cloudfront_cache_policy.static.id
    # The shop answers only to its own name.
    origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.assets
    content {
      path_pattern           = "/${ordered_cache_behavior.value}"
      target_origin_id       = length(var.media_bucket_domains) > 1 ? "media" : "media-0"
      viewer_protocol_policy = "redirect-to-https"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      compress               = true
      cache_policy_id        = local.negotiates[ordered_cache_behavior.value] ? aws_cloudfront_cache_policy.pictures.id : aws_cloudfront_cache_policy.static.id

      dynamic "function_association" {
        for_each = local.negotiates[ordered_cache_behavior.value] ? [aws_cloudfront_function.accept.arn] : []
        content {
          event_type   = "viewer-request"
          function_arn = function_association.value
        }
      }
      dynamic "lambda_function_association" {
        for_each = local.negotiates[ordered_cache_behavior.value] ? [aws_lambda_function.images.qualified_arn] : []
        content {
          event_type   = "origin-request"
          lambda_arn   = lambda_function_association.value
          include_body = false
        }
      }
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = toset(["/events/*", "/admin/*", "/api/*"])
    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = "pages"
      viewer_protocol_policy   = "https-only"
      allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = ordered_cache_behavior.value != "/events/*"
      cache_policy_id          = data.aws_cloudfront_cache_policy.disabled.id
      origin_request_policy_id = data.aws_cloudfront_origin_request_policy.all.id
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_wafv2_web_acl" "shop" {
  name  = var.name
  scope = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "one-address-asks-too-often"
    priority = 1

    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit              = var.requests_in_five_minutes
        aggregate_key_type = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate"
      sampled_requests_enabled   = true
    }
  }

  dynamic "rule" {
    for_each = {
      AWSManagedRulesAmazonIpReputationList = 10
      AWSManagedRulesKnownBadInputsRuleSet  = 20
      AWSManagedRulesCommonRuleSet          = 30
      AWSManagedRulesSQLiRuleSet            = 40
    }
    content {
      name     = rule.key
      priority = rule.value

      override_action {
        none {}
      }
      statement {
        managed_rule_group_statement {
          vendor_name = "AWS"
          name        = rule.key

          # Staff upload pictures and files of products: bodies over 8 KiB are the shop's to judge.
          dynamic "rule_action_override" {
            for_each = rule.key == "AWSManagedRulesCommonRuleSet" ? ["SizeRestrictions_BODY"] : []
            content {
              name = rule_action_override.value
              action_to_use {
                count {}
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }
}
