output "task_role_arns" {
  value = { for process, role in aws_iam_role.task : process => role.arn }
}

output "execution_role_arn" { value = aws_iam_role.execution.arn }
