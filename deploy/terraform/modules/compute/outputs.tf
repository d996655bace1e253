output "cluster_arn" { value = aws_ecs_cluster.shop.arn }
output "login_task_family" { value = aws_ecs_task_definition.process["login"].family }
output "cluster_name" { value = aws_ecs_cluster.shop.name }
output "service_names" { value = { for process, service in aws_ecs_service.process : process => service.name } }
output "balancer_dns_name" { value = aws_lb.shop.dns_name }
output "balancer_zone_id" { value = aws_lb.shop.zone_id }
output "balancer_arn_suffix" { value = aws_lb.shop.arn_suffix }
output "target_group_arn_suffixes" { value = { for process, group in aws_lb_target_group.process : process => group.arn_suffix } }
output "migration_task_family" { value = aws_ecs_task_definition.process["migrate"].family }
