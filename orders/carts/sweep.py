"""Carts nobody touched for CART_DAYS are forgotten, in batches that several workers may share."""

import time
from datetime import datetime

from orders.carts import scripts, store
from shopcloud.lib import redis


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Forget up to `limit` carts that are due, in three round trips (over a cluster more); returns how many were."""
    due = store.script(scripts.TAKE_DUE)(keys=[store.expiries()], args=[store.ms(now), limit], client=redis.store())
    if not due:
        return 0
    expiries = redis.run_each(scripts.FORGET, [(store.key(member.decode()), store.ms(now)) for member in due])
    later = {member: int(expires) for member, expires in zip(due, expiries, strict=True) if int(expires)}
    if later:
        redis.store().zadd(store.expiries(), later)
    return len(due)


def sweep_for(*, now: datetime, seconds: float) -> int:
    """Sweep batch after batch until none is due or `seconds` are over; what is left waits for the next time."""
    end, forgotten = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        batch = sweep(now=now)
        if not batch:
            break
        forgotten += batch
    return forgotten
