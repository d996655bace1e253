output "table_names" {
  value = [aws_dynamodb_table.products.name, aws_dynamodb_table.reviews.name, aws_dynamodb_table.categories.name]
}
