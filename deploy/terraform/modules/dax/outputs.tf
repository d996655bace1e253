output "endpoint" {
  value = "daxs://${aws_dax_cluster.dax.cluster_address}"
}

output "arn" {
  value = aws_dax_cluster.dax.arn
}
