# Tasks of another region reach the orders' proxy where the orders are written, over AWS's own network.

resource "aws_vpc_peering_connection" "to_writer" {
  region      = var.from_region
  vpc_id      = var.from.vpc_id
  peer_vpc_id = var.writer.vpc_id
  peer_region = var.writer_region
}

resource "aws_vpc_peering_connection_accepter" "writer" {
  region                    = var.writer_region
  vpc_peering_connection_id = aws_vpc_peering_connection.to_writer.id
  auto_accept               = true
}

resource "aws_vpc_peering_connection_options" "names" {
  region                    = var.from_region
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.writer.id

  requester {
    allow_remote_vpc_dns_resolution = true
  }
}

resource "aws_route" "there" {
  count                     = 3
  region                    = var.from_region
  route_table_id            = var.from.route_table_ids[count.index]
  destination_cidr_block    = var.writer.cidr
  vpc_peering_connection_id = aws_vpc_peering_connection.to_writer.id
}

resource "aws_route" "back" {
  count                     = 3
  region                    = var.writer_region
  route_table_id            = var.writer.route_table_ids[count.index]
  destination_cidr_block    = var.from.cidr
  vpc_peering_connection_id = aws_vpc_peering_connection.to_writer.id
}

resource "aws_vpc_security_group_ingress_rule" "proxy" {
  region            = var.writer_region
  description       = "Tasks of ${var.from_region}"
  security_group_id = var.writer.proxy_group_id
  cidr_ipv4         = var.from.cidr
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_vpc_security_group_egress_rule" "proxy" {
  region            = var.from_region
  description       = "The writer in ${var.writer_region}"
  security_group_id = var.from.task_group_id
  cidr_ipv4         = var.writer.cidr
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

# Where the region of the tasks has a database of its own, whose people are at home there, the writer's tasks reach it.

resource "aws_vpc_security_group_ingress_rule" "proxy_back" {
  count             = var.both_ways ? 1 : 0
  region            = var.from_region
  description       = "Tasks of ${var.writer_region}"
  security_group_id = var.from.proxy_group_id
  cidr_ipv4         = var.writer.cidr
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_vpc_security_group_egress_rule" "proxy_back" {
  count             = var.both_ways ? 1 : 0
  region            = var.writer_region
  description       = "The database of ${var.from_region}"
  security_group_id = var.writer.task_group_id
  cidr_ipv4         = var.from.cidr
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}

resource "aws_vpc_peering_connection_options" "names_back" {
  count                     = var.both_ways ? 1 : 0
  region                    = var.writer_region
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.writer.id

  accepter {
    allow_remote_vpc_dns_resolution = true
  }
}
