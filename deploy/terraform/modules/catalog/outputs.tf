output "table_names" { value = [for table in aws_dynamodb_table.catalog : table.name] }
