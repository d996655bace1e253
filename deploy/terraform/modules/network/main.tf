# A VPC over three zones. Tasks and stores live in private subnets; the load balancer alone is public.

data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

data "aws_ec2_managed_prefix_list" "health_checks" {
  name = "com.amazonaws.${data.aws_region.current.region}.route53-healthchecks"
}

locals {
  zones = slice(data.aws_availability_zones.available.names, 0, 3)
  # What a door admits: the groups that may come in, and the port.
  doors = {
    web_from_balancer    = { to = "tasks", from = "balancer", port = 8000 }
    postgres_from_tasks  = { to = "postgres", from = "tasks", port = 5432 }
    postgres_from_proxy  = { to = "postgres", from = "proxy", port = 5432 }
    proxy_from_tasks     = { to = "proxy", from = "tasks", port = 5432 }
    valkey_from_tasks    = { to = "valkey", from = "tasks", port = 6379 }
    dax_from_tasks       = { to = "dax", from = "tasks", port = 9111 }
    search_from_tasks    = { to = "search", from = "tasks", port = 443 }
    endpoints_from_tasks = { to = "endpoints", from = "tasks", port = 443 }
  }
}

resource "aws_vpc" "shop" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true
  tags                 = { Name = var.name }
}

resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.shop.id
}

resource "aws_subnet" "public" {
  count             = 3
  vpc_id            = aws_vpc.shop.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 8, count.index)
  tags              = { Name = "${var.name}-public-${local.zones[count.index]}" }
}

resource "aws_subnet" "private" {
  count             = 3
  vpc_id            = aws_vpc.shop.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr, 4, count.index + 1)
  tags              = { Name = "${var.name}-private-${local.zones[count.index]}" }
}

resource "aws_internet_gateway" "shop" {
  vpc_id = aws_vpc.shop.id
}

resource "aws_eip" "nat" {
  count  = var.nat_gateways
  domain = "vpc"
}

resource "aws_nat_gateway" "shop" {
  count         = var.nat_gateways
  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  depends_on    = [aws_internet_gateway.shop]
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.shop.id
}

resource "aws_route" "internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.shop.id
}

resource "aws_route_table_association" "public" {
  count          = 3
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  count  = 3
  vpc_id = aws_vpc.shop.id
}

resource "aws_route" "nat" {
  count                  = 3
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.shop[count.index % var.nat_gateways].id
}

resource "aws_route_table_association" "private" {
  count          = 3
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

# The catalog's and the files' traffic stays inside AWS and costs no gateway.
resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(["s3", "dynamodb"])

  vpc_id            = aws_vpc.shop.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = aws_route_table.private[*].id
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(["sqs", "secretsmanager", "ecr.api", "ecr.dkr", "logs", "kms"])

  vpc_id              = aws_vpc.shop.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = aws_subnet.private[*].id
  security_group_ids  = [aws_security_group.tier["endpoints"].id]
  private_dns_enabled = true
}

resource "aws_security_group" "tier" {
  for_each = toset(["balancer", "tasks", "postgres", "proxy", "valkey", "dax", "search", "endpoints"])

  name        = "${var.name}-${each.key}"
  description = "ShopCloud ${each.key}"
  vpc_id      = aws_vpc.shop.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "door" {
  for_each = local.doors

  description                  = "From ${each.value.from}"
  security_group_id            = aws_security_group.tier[each.value.to].id
  referenced_security_group_id = aws_security_group.tier[each.value.from].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "door" {
  for_each = local.doors

  description                  = "To ${each.value.to}"
  security_group_id            = aws_security_group.tier[each.value.from].id
  referenced_security_group_id = aws_security_group.tier[each.value.to].id
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

# CloudFront and Route 53's health checks reach the load balancer, and nobody else.
resource "aws_vpc_security_group_ingress_rule" "edge" {
  for_each = {
    cloudfront    = data.aws_ec2_managed_prefix_list.cloudfront.id
    health_checks = data.aws_ec2_managed_prefix_list.health_checks.id
  }

  description       = "From ${each.key}"
  security_group_id = aws_security_group.tier["balancer"].id
  prefix_list_id    = each.value
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

# The payment provider, the register of VAT ids, S3 and DynamoDB (by their gateways), partners and the hosts of pictures that an import
# names: all by HTTPS on its own port, which is all that the code asks for in production (shopcloud/lib/fetching.py, orders/partners/addresses.py).
resource "aws_vpc_security_group_egress_rule" "https" {
  description       = "The payment provider, and AWS where no endpoint stands"
  security_group_id = aws_security_group.tier["tasks"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "mail" {
  description       = "The mail provider"
  security_group_id = aws_security_group.tier["tasks"].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 587
  to_port           = 587
}

# DAX nodes of one cluster find each other.
resource "aws_vpc_security_group_ingress_rule" "dax_itself" {
  description                  = "Nodes of the cluster"
  security_group_id            = aws_security_group.tier["dax"].id
  referenced_security_group_id = aws_security_group.tier["dax"].id
  ip_protocol                  = "-1"
}

resource "aws_flow_log" "shop" {
  vpc_id               = aws_vpc.shop.id
  traffic_type         = "REJECT"
  log_destination_type = "cloud-watch-logs"
  log_destination      = aws_cloudwatch_log_group.flow.arn
  iam_role_arn         = aws_iam_role.flow.arn
}

resource "aws_cloudwatch_log_group" "flow" {
  name              = "/${var.name}/flow"
  retention_in_days = 30
}

resource "aws_iam_role" "flow" {
  name = "${var.name}-${data.aws_region.current.region}-flow"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "vpc-flow-logs.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "flow" {
  name = "write"
  role = aws_iam_role.flow.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = "${aws_cloudwatch_log_group.flow.arn}:*"
    }]
  })
}
