output "cluster_name" { value = module.us.cluster_name }
output "migration_task_family" { value = module.us.migration_task_family }
output "private_subnet_ids" { value = module.us.private_subnet_ids }
output "task_security_group_id" { value = module.us.task_security_group_id }
