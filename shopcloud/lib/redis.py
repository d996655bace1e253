"""The Redis-protocol store: sessions, carts, caches, rate limits, pub/sub and the click buffer.

`REDIS_URL` is `redis://`, `rediss://` (with TLS), `redis+cluster://` or `rediss+cluster://`. Every call has a timeout,
so a store that is gone costs a request a second at most, not a worker.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, cast

import redis
import redis.asyncio
import redis.asyncio.cluster
from django.conf import settings
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.cluster import ClusterPipeline, RedisCluster
from redis.exceptions import ClusterError, RedisClusterException
from redis.retry import Retry

from shopcloud.lib.observability import tier
from shopcloud.lib.resilience import Breaker, CircuitOpen, breaker

T = TypeVar("T")
# A node's silence is not asked again: a pipeline would wait for it once more, and then for each of its commands alone.
_kinds: tuple[Any, ...] = (RedisCluster, ClusterPipeline)
for _kind in _kinds:
    _kind.ERRORS_ALLOW_RETRY = tuple(error for error in _kind.ERRORS_ALLOW_RETRY if error is not redis.TimeoutError)
# The second speaks TLS.
CLUSTER_SCHEMES = ("redis+cluster://", "rediss+cluster://")
TIMEOUTS: dict[str, Any] = {"socket_connect_timeout": 0.5, "socket_timeout": 1.0}

# What callers catch when the store is away; a subclass of OSError is raised for a refused connection.
# The last two: a cluster of which too few nodes are left, or none for a key.
NoAnswer = redis.TimeoutError
Unavailable = (redis.ConnectionError, NoAnswer, ClusterError, RedisClusterException)
# A page asks for several copies; a store that is silent is left alone before they add up to the patience of a request.
FAILURES = 2


@cache
def store() -> Any:
    """The process-wide client (a connection pool). Values are bytes, which redis-py's own annotations cannot say."""
    url: str = settings.REDIS_URL
    if url.startswith(CLUSTER_SCHEMES):
        return RedisCluster.from_url(_node_of(url), **TIMEOUTS, retry=_another_node())
    # One immediate retry heals a connection the server closed; more would only lengthen an outage. Silence is not asked
    # again: the client would wait for each answer of a new connection, and for each of those once more.
    retry = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    return redis.Redis.from_url(url, **TIMEOUTS, retry=retry, max_connections=64, health_check_interval=30)


def copy(ask: Callable[[], T]) -> T:
    """What `ask` gets of the store, for copies of what stands elsewhere: nobody waits for those again and again.

    Raises as the store does, and NoAnswer at once while it has not been answering.
    """
    try:
        with tier("cache"):
            return _breaker().call(ask)
    except CircuitOpen:
        raise NoAnswer("The store has not been answering; it is left alone for a few seconds.") from None


@cache
def _breaker() -> Breaker:
    found = breaker("cache")
    found.fail_max = FAILURES
    found.add_excluded_exception(cast("Any", lambda error: not isinstance(error, Unavailable)))
    return found


def run_each(script: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
    """What a script answers to each call: its one key, and arguments. One round trip, over a cluster one a node.

    A cluster's pipeline would ask one node which of the arguments are keys, and ask it still when it is dead.
    """
    client, answers = store(), dict[int, Any]()
    for node, own in _by_node(client, calls).items():
        # A node that is gone, or has given a key away, leaves those calls to whoever has the key now.
        with suppress(redis.ConnectionError):
            answers |= _run_on(node, script, own)
    return [answers[n] if n in answers else client.eval(script, 1, *call) for n, call in enumerate(calls)]


def _by_node(client: Any, calls: Sequence[Sequence[Any]]) -> dict[Any, dict[int, Sequence[Any]]]:
    """The calls by their place, under the client of the node that has their key."""
    found: dict[Any, dict[int, Sequence[Any]]] = {}
    for place, call in enumerate(calls):
        is_cluster = isinstance(client, RedisCluster)
        node = client.get_redis_connection(client.get_node_from_key(call[0])) if is_cluster else client
        found.setdefault(node, {})[place] = call
    return found


def _run_on(node: Any, script: str, calls: Mapping[int, Sequence[Any]]) -> dict[int, Any]:
    """What the node answers, in one round trip; the script's text goes along with the first call alone."""
    pipe = node.pipeline(transaction=False)
    digest = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
    first, *others = calls.values()
    pipe.eval(script, 1, *first)
    for call in others:
        pipe.evalsha(digest, 1, *call)
    answers = zip(calls, pipe.execute(raise_on_error=False), strict=True)
    return {place: answer for place, answer in answers if not isinstance(answer, Exception)}


def async_store(*, read_seconds: float | None = None) -> Any:
    """A client for the realtime process's event loop; pub/sub reads wait, so only connecting is bounded.

    `read_seconds` bounds the answers too: longer than the longest wait that is asked of the store.
    """
    url: str = settings.REDIS_URL
    timeouts: dict[str, Any] = {"socket_connect_timeout": 1.0, "socket_timeout": read_seconds}
    if url.startswith(CLUSTER_SCHEMES):
        # A message reaches the subscribers of every node, whichever it was published on.
        return redis.asyncio.cluster.RedisCluster.from_url(_node_of(url), **timeouts)
    return redis.asyncio.Redis.from_url(url, **timeouts)


def _node_of(url: str) -> str:
    """Any node tells of the others."""
    return url.replace("+cluster", "", 1)


def _another_node() -> Retry:
    """After a broken call the client asks who has the key now, twice at most: a new master takes seconds to be chosen,
    and whoever waits for it holds a worker.
    """
    return Retry(ExponentialBackoff(cap=0.2, base=0.05), 2)


def key(*parts: str) -> str:
    """A key under the deployment's prefix: `key("cart", "ab12")`. Parallel tests differ by the prefix alone."""
    return ":".join((settings.REDIS_PREFIX, *parts))
