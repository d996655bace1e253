"""A task for the shop's workers as Celery 5 reads it from SQS: protocol 2 inside kombu's envelope."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4


def task_message(task: str, *, args: list[Any] | None = None, kwargs: Mapping[str, Any] | None = None) -> str:
    """The body of an SQS message that has a worker run `task` once it is read."""
    task_id = str(uuid4())
    content = [args or [], dict(kwargs or {}), {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
    envelope = {
        "body": base64.b64encode(json.dumps(content).encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"lang": "py", "task": task, "id": task_id, "root_id": task_id, "parent_id": None, "retries": 0},
        "properties": {
            "correlation_id": task_id,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": ""},
            "delivery_tag": str(uuid4()),
            "priority": 0,
            "body_encoding": "base64",
        },
    }
    return base64.b64encode(json.dumps(envelope).encode()).decode()
