output "vpc_id" { value = aws_vpc.shop.id }
output "public_subnet_ids" { value = aws_subnet.public[*].id }
output "private_subnet_ids" { value = aws_subnet.private[*].id }

output "security_group_ids" {
  value = { for tier, group in aws_security_group.tier : tier => group.id }
}
output "private_route_table_ids" { value = aws_route_table.private[*].id }
