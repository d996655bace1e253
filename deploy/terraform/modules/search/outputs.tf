output "url" {
  value = "https://${aws_opensearch_domain.catalog.endpoint}/catalog"
}

output "domain_name" {
  value = aws_opensearch_domain.catalog.domain_name
}
