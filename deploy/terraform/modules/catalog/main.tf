# Products, reviews and categories. catalog/dynamo/tables.py says the same; tests/deploy/test_terraform.py compares the two.

resource "aws_dynamodb_table" "products" {
  name                        = "${var.table_prefix}products"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "product_id"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "product_id"
    type = "S"
  }
  attribute {
    name = "department"
    type = "S"
  }
  attribute {
    name = "section"
    type = "S"
  }
  attribute {
    name = "category"
    type = "S"
  }
  attribute {
    name = "shelf"
    type = "S"
  }
  attribute {
    name = "rank_key"
    type = "S"
  }

  global_secondary_index {
    name               = "department-index"
    hash_key           = "department"
    range_key          = "rank_key"
    projection_type    = "INCLUDE"
    non_key_attributes = ["card", "rating_total", "rating_count", "sold_out"]
  }
  global_secondary_index {
    name               = "section-index"
    hash_key           = "section"
    range_key          = "rank_key"
    projection_type    = "INCLUDE"
    non_key_attributes = ["card", "rating_total", "rating_count", "sold_out"]
  }
  global_secondary_index {
    name               = "category-index"
    hash_key           = "category"
    range_key          = "rank_key"
    projection_type    = "INCLUDE"
    non_key_attributes = ["card", "rating_total", "rating_count", "sold_out"]
  }
  global_secondary_index {
    name               = "shelf-index"
    hash_key           = "shelf"
    range_key          = "rank_key"
    projection_type    = "INCLUDE"
    non_key_attributes = ["card", "rating_total", "rating_count", "sold_out"]
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

resource "aws_dynamodb_table" "reviews" {
  name                        = "${var.table_prefix}reviews"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "product_id"
  range_key                   = "posted"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "product_id"
    type = "S"
  }
  attribute {
    name = "posted"
    type = "S"
  }
  attribute {
    name = "queue"
    type = "S"
  }
  attribute {
    name = "asked_at"
    type = "S"
  }
  attribute {
    name = "by_stars"
    type = "S"
  }
  attribute {
    name = "helpful"
    type = "N"
  }
  attribute {
    name = "starred"
    type = "S"
  }
  attribute {
    name = "person"
    type = "S"
  }

  global_secondary_index {
    name               = "queue-index"
    hash_key           = "queue"
    range_key          = "asked_at"
    projection_type    = "INCLUDE"
    non_key_attributes = ["status", "version", "reason", "said"]
  }
  global_secondary_index {
    name               = "stars-index"
    hash_key           = "product_id"
    range_key          = "by_stars"
    projection_type    = "INCLUDE"
    non_key_attributes = ["review_id", "author", "rating", "title", "body", "verified", "created_at", "reply", "helpful"]
  }
  global_secondary_index {
    name               = "helpful-index"
    hash_key           = "product_id"
    range_key          = "helpful"
    projection_type    = "INCLUDE"
    non_key_attributes = ["review_id", "author", "rating", "title", "body", "verified", "created_at", "reply"]
  }
  global_secondary_index {
    name               = "stars-helpful-index"
    hash_key           = "starred"
    range_key          = "helpful"
    projection_type    = "INCLUDE"
    non_key_attributes = ["review_id", "author", "rating", "title", "body", "verified", "created_at", "reply"]
  }
  global_secondary_index {
    name            = "person-index"
    hash_key        = "person"
    range_key       = "posted"
    projection_type = "KEYS_ONLY"
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

resource "aws_dynamodb_table" "categories" {
  name                        = "${var.table_prefix}categories"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "tree"
  range_key                   = "path"
  deletion_protection_enabled = true
  stream_enabled              = true
  stream_view_type            = "NEW_AND_OLD_IMAGES"

  attribute {
    name = "tree"
    type = "S"
  }
  attribute {
    name = "path"
    type = "S"
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
