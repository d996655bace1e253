"""A guest's wishlist: a hash in Redis, product id -> wish, which goes when nothing was added for CART_DAYS."""

import json
from functools import cache
from typing import Any

from django.conf import settings

from orders.wishes.wish import MAX_WISHES, Wish, WishlistFull, newest_first, to_text
from shopcloud.lib import guards, redis
from shopcloud.lib.observability import tier

# ARGV: product id, wish, most, seconds. A product that is there stays as it is.
_ADD = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 'full' end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 'ok'
"""


def wishes(guest_id: str) -> list[Wish]:
    """The newest first; one round trip."""
    if not guest_id:
        return []
    with tier("cache"):
        found = redis.store().hgetall(_key(guest_id))
    return newest_first({name.decode(): json.loads(value) for name, value in found.items()})


def product_ids(guest_id: str) -> list[str]:
    if not guest_id:
        return []
    with tier("cache"):
        return [name.decode() for name in redis.store().hkeys(_key(guest_id))]


def add(guest_id: str, wish: Wish) -> None:
    """Raises WishlistFull."""
    most = MAX_WISHES if guards.stands("wishes.room") else 10 * MAX_WISHES
    args = [wish.product_id, to_text(wish), most, settings.CART_DAYS * 24 * 3600]
    with tier("cache"):
        answer = _script()(keys=[_key(guest_id)], args=args, client=redis.store())
    if answer == b"full":
        raise WishlistFull


def remove(guest_id: str, product_id: str) -> None:
    with tier("cache"):
        redis.store().hdel(_key(guest_id), product_id)


def forget(guest_id: str) -> None:
    with tier("cache"):
        redis.store().delete(_key(guest_id))


@cache
def _script() -> Any:
    return redis.store().register_script(_ADD)


def _key(guest_id: str) -> str:
    return redis.key("wishes", guest_id)
