"""The products whose change the index has not heard of yet: each change is told by itself, and many are taken at once.

A commit of the index takes as long for one product as for hundreds; an import that changes thousands, each committed by
itself, would keep everybody else's change out of the index for minutes.
"""

import time

from catalog.events import ProductChanged
from shopcloud.lib import redis, residency
from shopcloud.lib.outbox import MAX_ATTEMPTS, OutboxEvent

# One that changed again meanwhile goes on waiting.
_SETTLE = """
for n = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[n]) == ARGV[n + 1] then redis.call('ZREM', KEYS[1], ARGV[n]) end
end
"""
Taken = list[tuple[bytes, bytes]]


def add(product_id: str) -> None:
    """Raises redis.Unavailable."""
    redis.store().zadd(_key(), {product_id: time.time_ns() // 1000})


def take(limit: int) -> Taken:
    """Those that wait longest, with the moment that each began to. They wait until they are settled."""
    found: Taken = redis.store().zrange(_key(), 0, limit - 1, withscores=True, score_cast_func=bytes)
    return found


def unheard(limit: int) -> set[str]:
    """The products that wait, and those whose change is yet to be told; `limit` of each at most. Raises
    redis.Unavailable.
    """
    with residency.atomic_catalog():
        events = OutboxEvent.objects.filter(event_name=ProductChanged.__name__, relayed_at=None)
        told = set(events.filter(attempts__lt=MAX_ATTEMPTS).values_list("payload__product_id", flat=True)[:limit])
    # Read after them: what is told meanwhile begins to wait.
    return told | {product_id.decode() for product_id, _since in take(limit)}


def settle(taken: Taken) -> None:
    """The index knows them as they were when they were taken."""
    if taken:
        redis.store().eval(_SETTLE, 1, _key(), *(part for pair in taken for part in pair))


def _key() -> str:
    return redis.key("index-waiting")
