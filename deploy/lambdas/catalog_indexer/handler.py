"""Each region's index follows that region's copy of the products, whoever wrote them and wherever.

The task reads the product as it stands, so the order of its changes does not matter here.
"""

import os
from collections.abc import Iterable, Iterator
from typing import Any

import boto3
from botocore.config import Config

from deploy.lambdas.task_message import task_message

TASK = "catalog.tasks.index_products"
# One task reads so many products at once; SQS takes ten messages in a call.
PRODUCTS, MESSAGES = 100, 10
Changed = tuple[str, str]


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Ask for the products of a batch to be indexed; what could not be asked for is reported, and comes again."""
    changed = list(_changed(event["Records"]))
    failed: list[str] = []
    for some in _parts(changed, PRODUCTS * MESSAGES):
        failed += _send(some)
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


def _changed(records: Iterable[dict[str, Any]]) -> Iterator[Changed]:
    """The number in the stream and the product of each change that a search could show; a product's first one."""
    seen = set()
    for record in records:
        change = record["dynamodb"]
        product_id = change["Keys"]["product_id"]["S"]
        same = record["eventName"] == "MODIFY" and change.get("OldImage") == change.get("NewImage")
        if not same and product_id not in seen:
            seen.add(product_id)
            yield change["SequenceNumber"], product_id


def _send(changed: list[Changed]) -> list[str]:
    """Tasks for these products; returns the numbers of those that SQS did not take."""
    tasks = list(_parts(changed, PRODUCTS))
    entries = [
        {"Id": str(number), "MessageBody": task_message(TASK, args=[[product_id for _, product_id in task]])}
        for number, task in enumerate(tasks)
    ]
    answer = _sqs().send_message_batch(QueueUrl=os.environ["QUEUE_URL"], Entries=entries)
    return [number for refused in answer.get("Failed", []) for number, _ in tasks[int(refused["Id"])]]


def _parts(changed: list[Changed], size: int) -> Iterator[list[Changed]]:
    for start in range(0, len(changed), size):
        yield changed[start : start + size]


def _sqs() -> Any:
    return boto3.client("sqs", config=Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2}))
