"""What the catalog bench does in the shop's environment: `python -m deploy.bench.inside WHAT ...`, answered in JSON."""

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

from deploy.bench import synthetic

COUNTED = 24


def main(arguments: list[str]) -> int:
    import django

    django.setup()
    answers: dict[str, Callable[..., Any]] = {
        "session": session,
        "index": index,
        "calls": calls,
        "stock": stock,
        "fresh": fresh,
    }
    print(json.dumps(answers[arguments[0]](*arguments[1:])))
    return 0


def session() -> str:
    """A session of the demo's staff."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from shopcloud.wiring.demo.people import STAFF, seed_people

    # The tables of the catalog outlive a database that was made anew, and then nothing is seeded.
    seed_people()
    client = Client()
    client.force_login(get_user_model().objects.get(email=STAFF), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def stock() -> int:
    """Count the first hundred products into the shop's stock."""
    from orders.services.open_stock import FirstCount, open_stock
    from shopcloud.lib import clock

    made = [*synthetic.products(0, 100)]
    open_stock(
        counts=(FirstCount(v.sku, p.product_id, 900_000, True) for p in made for v in p.variants if v.in_stock),
        now=clock.now(),
    )
    return len(made)


def index(size: str) -> dict[str, Any]:
    """Make the search index anew unless it holds exactly `size` products; how fast, and with how much memory."""
    from catalog.search import indexing
    from catalog.search.index import SearchRequest, search_index

    if search_index().is_whole() and search_index().search(SearchRequest()).total == int(size):
        return {}
    started = time.monotonic()
    count = indexing.index_everything()
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"products": count, "seconds": round(seconds, 1), "rate": round(count / seconds), "peak_mb": round(peak)}


def fresh() -> float:
    """Seconds from saving a product, over indexing it, until a search finds its new words."""
    from catalog import queries, services
    from catalog.domain import Freshness
    from catalog.search import indexing
    from catalog.search.index import SearchRequest, search_index
    from shopcloud.lib import clock

    product = queries.product(synthetic.product_id(5), freshness=Freshness.STRONG)
    word = f"fresh{time.time_ns()}"
    renamed = replace(product, title=f"{product.title.split(' fresh')[0]} {word}")
    search_index().search(SearchRequest(text=word))
    started = time.monotonic()
    services.save_product(product=renamed, expected_version=product.version, now=clock.now())
    indexing.index([product.product_id])
    while not search_index().search(SearchRequest(text=word)).total:
        time.sleep(0.01)
    return round(time.monotonic() - started, 2)


def calls() -> dict[str, dict[str, float]]:
    """Calls a request makes, on average over the last requests of each path on standard input."""
    from django.test import Client

    client, found = Client(HTTP_HOST="localhost"), {}
    for name, requests in json.load(sys.stdin).items():
        for raw in requests[:2]:
            _ask(client, raw)
        with counted() as seen:
            for raw in requests[-COUNTED:]:
                _ask(client, raw)
        found[name] = {kind: round(seen[kind] / len(requests[-COUNTED:]), 1) for kind in ("sql", "redis", "dynamo")}
    return found


@contextmanager
def counted() -> Iterator["Counter[str]"]:
    """Counts SQL statements, round trips to Redis, and calls of DynamoDB."""
    import redis
    from botocore.client import BaseClient
    from django.db import connections

    seen: Counter[str] = Counter()

    def count(owner: Any, method: str, kind: str) -> Any:
        really = getattr(owner, method)

        def counting(self: Any, *args: Any, **named: Any) -> Any:
            seen[kind] += kind != "dynamo" or self.meta.service_model.service_name == "dynamodb"
            return really(self, *args, **named)

        return mock.patch.object(owner, method, counting)

    def statement(execute: Any, *args: Any) -> Any:
        seen["sql"] += 1
        return execute(*args)

    with (
        count(redis.Redis, "execute_command", "redis"),
        count(redis.client.Pipeline, "execute", "redis"),
        count(BaseClient, "_make_api_call", "dynamo"),
        connections["default"].execute_wrapper(statement),
        connections["replica" if "replica" in connections else "default"].execute_wrapper(statement),
    ):
        yield seen


def _ask(client: Any, raw: str) -> None:
    head, _, body = raw.partition("\r\n\r\n")
    line, *headers = head.split("\r\n")
    method, path, _version = line.split(" ")
    cookie = "".join(value.partition(": ")[2] for value in headers if value.lower().startswith("cookie:"))
    client.generic(method, path, body, content_type="application/json", HTTP_COOKIE=cookie)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
