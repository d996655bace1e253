"""Where Django finds this app's models; each lives beside the code that uses it."""

from shopcloud.lib.audit import AuditEntry
from shopcloud.lib.idempotency import IdempotencyKey
from shopcloud.lib.outbox import OutboxEvent

__all__ = ["AuditEntry", "IdempotencyKey", "OutboxEvent"]
