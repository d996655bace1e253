"""From DynamoDB's stream to the queue of the search index."""
