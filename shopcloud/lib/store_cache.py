"""Django's cache over the shop's own store, a single server or a cluster, with the same connections and time limits."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

from shopcloud.lib import redis


class _Client(RedisCacheClient):
    """One key a command: the keys of one call may live on several nodes of a cluster."""

    _serializer: Any

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return redis.store()

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        wanted = list(keys)
        pipe = redis.store().pipeline(transaction=False)
        for key in wanted:
            pipe.get(key)
        found = zip(wanted, pipe.execute(), strict=True)
        return {key: self._serializer.loads(value) for key, value in found if value is not None}

    def set_many(self, data: Mapping[Any, Any], timeout: Any) -> None:
        pipe = redis.store().pipeline(transaction=False)
        for key, value in data.items():
            if timeout == 0:
                pipe.delete(key)
            else:
                pipe.set(key, self._serializer.dumps(value), ex=timeout)
        pipe.execute()

    def delete_many(self, keys: Iterable[Any]) -> None:
        pipe = redis.store().pipeline(transaction=False)
        for key in keys:
            pipe.delete(key)
        pipe.execute()


class StoreCache(RedisCache):
    """The cache of `CACHES["default"]`, and with it the sessions."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def clear(self) -> None:
        """Only the cache's own keys: carts and clicks live in the same store, which Django would empty whole."""
        mine = [key.decode() for key in redis.store().scan_iter(match=f"{self.key_prefix}:*", count=1000)]
        for start in range(0, len(mine), 1000):
            self._cache.delete_many(mine[start : start + 1000])
