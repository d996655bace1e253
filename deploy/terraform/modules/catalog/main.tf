# Products, reviews and categories. catalog/dynamo/tables.py says the same; tests/deploy/test_terraform_catalog.py compares the two.

locals {
  # What lists show of a product and of a review beside the keys.
  card   = ["card", "rating_total", "rating_count", "sold_out"]
  review = ["review_id", "author", "rating", "title", "body", "verified", "created_at", "reply"]

  tables = {
    products = {
      hash       = "product_id"
      range      = null
      attributes = { product_id = "S", department = "S", section = "S", category = "S", shelf = "S", rank_key = "S" }
      indexes = {
        "department-index" = { hash = "department", range = "rank_key", shows = local.card }
        "section-index"    = { hash = "section", range = "rank_key", shows = local.card }
        "category-index"   = { hash = "category", range = "rank_key", shows = local.card }
        "shelf-index"      = { hash = "shelf", range = "rank_key", shows = local.card }
      }
    }
    reviews = {
      hash  = "product_id"
      range = "posted"
      attributes = {
        product_id = "S", posted = "S", queue = "S", asked_at = "S", by_stars = "S", helpful = "N", starred = "S", person = "S"
      }
      indexes = {
        "queue-index"         = { hash = "queue", range = "asked_at", shows = ["status", "version", "reason", "said"] }
        "stars-index"         = { hash = "product_id", range = "by_stars", shows = concat(local.review, ["helpful"]) }
        "helpful-index"       = { hash = "product_id", range = "helpful", shows = local.review }
        "stars-helpful-index" = { hash = "starred", range = "helpful", shows = local.review }
        "person-index"        = { hash = "person", range = "posted", shows = [] }
      }
    }
    categories = {
      hash       = "tree"
      range      = "path"
      attributes = { tree = "S", path = "S" }
      indexes    = {}
    }
  }
}

resource "aws_dynamodb_table" "catalog" {
  for_each = local.tables

  name                        = "${var.table_prefix}${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.hash
  range_key                   = each.value.range
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  dynamic "attribute" {
    for_each = each.value.attributes
    content {
      name = attribute.key
      type = attribute.value
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes
    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.hash
      range_key          = global_secondary_index.value.range
      projection_type    = length(global_secondary_index.value.shows) == 0 ? "KEYS_ONLY" : "INCLUDE"
      non_key_attributes = length(global_secondary_index.value.shows) == 0 ? null : global_secondary_index.value.shows
    }
  }

  point_in_time_recovery {
    enabled = true
  }
  server_side_encryption {
    enabled = true
  }

  dynamic "replica" {
    for_each = var.replica_regions
    content {
      region_name            = replica.value
      point_in_time_recovery = true
      propagate_tags         = true
    }
  }

  lifecycle {
    prevent_destroy = true
  }
}
