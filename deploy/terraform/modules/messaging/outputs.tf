output "queue_arns" {
  value = [for queue in aws_sqs_queue.tasks : queue.arn]
}

output "queue_names" {
  value = { for key, queue in aws_sqs_queue.tasks : key => queue.name }
}

output "dead_queue_names" {
  value = { for key, queue in aws_sqs_queue.dead : key => queue.name }
}

output "alarm_topic_arn" {
  value = aws_sns_topic.alarms.arn
}

output "event_topic_arn" {
  value = aws_sns_topic.events.arn
}

output "queue_urls" {
  value = { for key, queue in aws_sqs_queue.tasks : key => queue.url }
}

output "queue_arns_by_key" {
  value = { for key, queue in aws_sqs_queue.tasks : key => queue.arn }
}

output "paid_queue_arn" { value = aws_sqs_queue.paid.arn }
output "paid_dead_queue_name" { value = aws_sqs_queue.paid_dead.name }
