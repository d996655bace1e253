"""Looks for a person's marks in whole tiers, knowing nothing of what erases them. For certificates and tests alone."""

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.conf import settings

from shopcloud.lib import redis, residency

# Documents that tax law has us keep as they were issued, and who is being forgotten while they are.
KEPT_TABLES = frozenset({"orders_invoice", "accounts_erasurerequest"})
_SCAN_MILLISECONDS = 300_000


def in_postgres(marks: tuple[str, ...]) -> int:
    """Rows of any table that say one of the marks in any column."""
    if not marks:
        return 0
    patterns = [f"%{_literally(mark)}%" for mark in marks]
    found = 0
    with residency.atomic(), residency.connection().cursor() as cursor:
        # A whole table takes longer than a page may.
        cursor.execute(f"SET LOCAL statement_timeout = {_SCAN_MILLISECONDS}")
        for table in sorted(set(residency.connection().introspection.table_names(cursor)) - KEPT_TABLES):
            name = residency.connection().ops.quote_name(table)
            cursor.execute(f"SELECT count(*) FROM {name} AS kept WHERE kept::text ILIKE ANY(%s)", [patterns])  # noqa: S608
            found += int(cursor.fetchone()[0])
    return found


def in_redis(marks: tuple[str, ...]) -> int:
    """Keys whose name or value says one of the marks."""
    wanted = [mark.lower().encode() for mark in marks]
    store = redis.store()
    names = {*store.scan_iter(match=f"*{settings.REDIS_PREFIX}*", count=1000)}
    return sum(1 for name in names if _says(b"\n".join([name, *_texts(name, store)]), wanted))


_READ: dict[bytes, Callable[[Any, bytes], Iterable[bytes]]] = {
    b"string": lambda store, name: [store.get(name) or b""],
    b"hash": lambda store, name: chain.from_iterable(store.hgetall(name).items()),
    b"zset": lambda store, name: store.zrange(name, 0, -1),
    b"set": lambda store, name: store.smembers(name),
    b"list": lambda store, name: store.lrange(name, 0, -1),
    b"stream": lambda store, name: (part for _id, said in store.xrange(name) for part in chain(*said.items())),
}


def _texts(name: bytes, store: Any) -> Iterable[bytes]:
    read = _READ.get(store.type(name))
    return read(store, name) if read else ()


def _says(text: bytes, wanted: list[bytes]) -> bool:
    lower = text.decode("utf-8", "replace").lower().encode()
    return any(mark in lower for mark in wanted)


def _literally(mark: str) -> str:
    return mark.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
