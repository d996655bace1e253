"""How Celery's broker is spoken to: Redis on a laptop, SQS in AWS."""

from typing import Any


def transport_options(*, region: str, queue_prefix: str, visibility_seconds: int) -> dict[str, Any]:
    """A transport reads what it knows and leaves the rest. A message is handed out again after `visibility_seconds`."""
    return {
        "visibility_timeout": visibility_seconds,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "region": region,
        "queue_name_prefix": queue_prefix,
        # One question waits so long for a message, instead of asking again and again.
        "wait_time_seconds": 20,
    }


def has_remote_control(url: str) -> bool:
    """Workers answer `celery inspect` only where a reply needs no queue of its own: not on SQS."""
    return not url.startswith("sqs")
