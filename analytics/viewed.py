"""The last few products somebody looked at: a sorted set in Redis, product id -> when, for 30 days after the last.

A viewer is "g" and a browser's random id, or "u" and a person's.
"""

from datetime import datetime
from typing import Any

from shopcloud.lib import redis
from shopcloud.lib.observability import tier

MOST = 12
SECONDS = 30 * 24 * 3600


def note(viewer: str, product_id: str, pipe: Any, *, at: datetime) -> None:
    """Add a view to what a pipeline sends."""
    _put(pipe, viewer, {product_id: int(at.timestamp() * 1000)})


def note_of(user_id: int, product_id: str, *, at: datetime) -> None:
    """A view that a person's app tells of; one round trip."""
    with tier("cache"):
        pipe = redis.store().pipeline(transaction=False)
        note(of_person(user_id), product_id, pipe, at=at)
        pipe.execute()


def product_ids(viewer: str) -> list[str]:
    """The last one first; one round trip."""
    with tier("cache"):
        return [name.decode() for name in redis.store().zrevrange(_key(viewer), 0, MOST - 1)]


def take_in(viewer: str, *, source: str) -> None:
    """What the source looked at becomes the viewer's, and is forgotten of the source."""
    with tier("cache"):
        found = redis.store().zrange(_key(source), 0, -1, withscores=True)
        if not found:
            return
        pipe = redis.store().pipeline(transaction=False)
        # GT: of a product that both looked at, the later time.
        _put(pipe, viewer, {name: int(score) for name, score in found}, gt=True)
        pipe.delete(_key(source))
        pipe.execute()


def forget(viewer: str) -> None:
    with tier("cache"):
        redis.store().delete(_key(viewer))


# -- what a person may ask of us -------------------------------------------------------------------------------


def of_person(user_id: int) -> str:
    return f"u{user_id}"


def is_person(viewer: str) -> bool:
    return viewer.startswith("u")


def export_of(user_id: int) -> list[str]:
    """The products a person looked at, the last one first."""
    return product_ids(of_person(user_id))


def erase_of(user_id: int) -> None:
    forget(of_person(user_id))


def _put(pipe: Any, viewer: str, times: dict[Any, int], **how: bool) -> None:
    key = _key(viewer)
    pipe.zadd(key, times, **how)
    pipe.zremrangebyrank(key, 0, -MOST - 1)
    pipe.expire(key, SECONDS)


def _key(viewer: str) -> str:
    return redis.key("viewed", viewer)
