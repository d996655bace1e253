"""Order-paid news from the topic, by a queue of its own, become a task that gives what is still owed."""

import json
import os
import re
from typing import Any

import boto3
from botocore.config import Config

from deploy.lambdas.task_message import task_message

TASK = "orders.tasks.grant_downloads"
NUMBER = re.compile(r"[A-Z0-9-]{4,32}")


class BadNews(ValueError):
    """A message that is no news of a paid order: it is left to the dead-letter queue, where somebody can read it."""


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """A task for each order. News that came twice ask twice, and the database gives once."""
    failed = []
    for record in event["Records"]:
        try:
            number = order_number(record["body"])
            body = task_message(TASK, kwargs={"order_number": number})
            _sqs().send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
        except Exception as error:
            print(json.dumps({"event": "fulfil_download.failed", "message": record["messageId"], "error": repr(error)}))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def order_number(body: str) -> str:
    """The order that the news are of. Raises BadNews."""
    try:
        news = json.loads(body)
        name, number = news["event"], news["payload"]["order_number"]
    except (ValueError, KeyError, TypeError):
        raise BadNews("This is not an event of the shop.") from None
    if name != "OrderPaid" or not isinstance(number, str) or not NUMBER.fullmatch(number):
        raise BadNews("This names no paid order.")
    return number


def _sqs() -> Any:
    return boto3.client("sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}))
