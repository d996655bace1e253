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
