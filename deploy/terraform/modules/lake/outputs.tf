output "bucket_arn" { value = aws_s3_bucket.lake.arn }
output "bucket" { value = aws_s3_bucket.lake.bucket }
output "workgroup" { value = aws_athena_workgroup.lake.name }
