"""Copies of what DynamoDB holds, in Redis: fresh for a while, kept for longer in case DynamoDB goes away.

Both ages live in one key, so that a read is one round trip. Without Redis nothing is found and nothing is kept.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from shopcloud.lib import metrics, redis

# Raise it when records change shape: older copies are then not understood and not used.
FORM = b"1"
KEPT_SECONDS = 24 * 3600
# Keeps a line (ARGV 1) for so many seconds (2), unless a copy in this form (5) is fresh now (3), and no version (4) is
# given or the copy's is higher. No text in a record can spell `"version":`, for JSON escapes its quotes.
_RENEW = """
local held = redis.call('GET', KEYS[1])
local fresh_until = held and tonumber(string.match(held, '^' .. ARGV[5] .. ' (%-?%d+) '))
if fresh_until and fresh_until > tonumber(ARGV[3]) then
  local version = tonumber(ARGV[4])
  if not version or (tonumber(string.match(held, '"version":(%d+)')) or 0) > version then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Copy:
    """`value` is None for something known not to exist."""

    value: Any
    fresh: bool


class Copies:
    """Copies of one kind, by name."""

    def __init__(self, kind: str, *, fresh_seconds: int) -> None:
        self._kind = kind
        self._fresh_seconds = fresh_seconds

    def read(self, names: list[str]) -> list[Copy | None]:
        """In the order of `names`, in one round trip."""
        if not names:
            return []
        held = self._do(lambda store: _get(store, [self._key(name) for name in names]))
        now = time.time()
        copies: list[Copy | None] = [_understand(raw, now) for raw in held] if held else [None] * len(names)
        for copy in copies:
            metrics.cache_read(self._kind, hit=copy is not None, fresh=copy is not None and copy.fresh)
        return copies

    def write(
        self, values: Mapping[str, Any], *, fresh_seconds: int | None = None, kept_seconds: int | None = None
    ) -> None:
        if not values:
            return
        until = int(time.time()) + (self._fresh_seconds if fresh_seconds is None else fresh_seconds)
        lines = {self._key(name): _line(until, value) for name, value in values.items()}
        self._do(lambda store: _set(store, lines, kept_seconds or KEPT_SECONDS))

    def fill(
        self, values: Mapping[str, Any], *, fresh_seconds: int | None = None, kept_seconds: int | None = None
    ) -> None:
        """Keep what was read for want of a fresh copy. One that is there by now was written meanwhile, and stays."""
        self._renew(values, dict.fromkeys(values, ""), fresh_seconds, kept_seconds)

    def renew(self, records: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep what was just written, or read strongly. What lost a race to a higher version changes nothing."""
        self._renew(records, {name: record["version"] for name, record in records.items()})

    def expire(self, names: list[str]) -> None:
        """Keep the copies for an outage, but answer no ordinary read from them any more."""
        known = {name: copy.value for name, copy in zip(names, self.read(names), strict=True) if copy and copy.fresh}
        self.write(known, fresh_seconds=-1)

    def drop(self, names: Iterable[str]) -> None:
        keys = [self._key(name) for name in names]
        self._do(lambda store: store.delete(*keys))

    def _renew(
        self,
        values: Mapping[str, Any],
        versions: Mapping[str, Any],
        fresh_seconds: int | None = None,
        kept_seconds: int | None = None,
    ) -> None:
        if not values:
            return
        now, kept = time.time(), kept_seconds or KEPT_SECONDS
        until = int(now) + (self._fresh_seconds if fresh_seconds is None else fresh_seconds)
        calls = [
            (self._key(name), _line(until, value), kept, now, versions[name], FORM) for name, value in values.items()
        ]
        self._do(lambda _store: redis.run_each(_RENEW, calls))

    def _key(self, name: str) -> str:
        return redis.key(self._kind, name)

    def _do(self, action: Any) -> Any:
        """What `action` returns, None while Redis is away."""
        try:
            return redis.copy(lambda: action(redis.store()))
        except redis.Unavailable:
            return None


# Pipelines without a transaction instead of MGET: in a cluster the keys live on several nodes.
def _get(store: Any, keys: list[str]) -> list[bytes | None]:
    if len(keys) == 1:
        return [store.get(keys[0])]
    pipe = store.pipeline(transaction=False)
    for key in keys:
        pipe.get(key)
    return cast("list[bytes | None]", pipe.execute())


def _set(store: Any, lines: dict[str, bytes], kept_seconds: int) -> None:
    pipe = store.pipeline(transaction=False)
    for key, line in lines.items():
        pipe.set(key, line, ex=kept_seconds)
    pipe.execute()


def _line(until: int, value: Any) -> bytes:
    return b"%s %d %s" % (FORM, until, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _understand(raw: bytes | None, now: float) -> Copy | None:
    form, _, rest = (raw or b"").partition(b" ")
    if form != FORM:
        return None
    until, _, body = rest.partition(b" ")
    return Copy(json.loads(body), fresh=int(until) > now)
