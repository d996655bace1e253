output "media_bucket" {
  value = aws_s3_bucket.files["media"].bucket
}

output "media_bucket_domain" {
  value = aws_s3_bucket.files["media"].bucket_regional_domain_name
}

output "downloads_bucket" {
  value = aws_s3_bucket.files["downloads"].bucket
}

output "bucket_arns" {
  value = [for bucket in aws_s3_bucket.files : bucket.arn]
}
