"""What the hot paths cost in round trips: Redis, SQL and DynamoDB are counted at their clients."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis.connection import AbstractConnection
from rest_framework.test import APIClient

from catalog import cache, services
from catalog.cache import CachedProducts
from catalog.domain import Freshness
from catalog.repository import products
from shopcloud import pages
from shopcloud.lib import aws
from shopcloud.lib.single_flight import SingleFlight
from tests.catalog.factories import NOON, a_category, a_product

pytestmark = pytest.mark.django_db


@dataclass
class Trips:
    redis: list[bytes] = field(default_factory=list)
    dynamo: list[str] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)


@pytest.fixture
def trips(monkeypatch):
    """Counts what goes over the wire: each write to Redis (a pipeline is one), each DynamoDB call, each query."""

    @contextmanager
    def count() -> Iterator[Trips]:
        seen = Trips()
        send = AbstractConnection.send_packed_command

        def counted(self, command, check_health=True):
            packed = command if isinstance(command, bytes) else b"".join(command)
            seen.redis.append(packed[:120])
            return send(self, command, check_health)

        events = aws.dynamodb().meta.events
        events.register("before-call.dynamodb.*", lambda model, **_: seen.dynamo.append(model.name), unique_id="trips")
        try:
            with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
                patch.setattr(AbstractConnection, "send_packed_command", counted)
                yield seen
        finally:
            events.unregister("before-call.dynamodb.*", unique_id="trips")
        seen.sql = [query["sql"] for query in queries.captured_queries]

    return count


@pytest.fixture
def lamp():
    services.save_categories(categories=[a_category("lighting"), a_category("lighting/table-lamps", position=1)])
    product = services.create_product(product=a_product(), now=NOON)
    Client().get("/search/?q=warm-up")
    return product


def test_the_counters_see_each_tier(trips, lamp):
    from catalog import queries
    from catalog.domain import Freshness
    from shopcloud.lib import redis

    with trips() as seen:
        redis.store().get("x")
        pipe = redis.store().pipeline(transaction=False)
        pipe.get("x").get("y").execute()
        queries.product(lamp.product_id, freshness=Freshness.STRONG)
        connection.cursor().execute("SELECT 1")
    assert (len(seen.redis), seen.dynamo, seen.sql) == (3, ["GetItem"], ["SELECT 1"])


def test_a_warm_product_page_costs_one_redis_read(trips, lamp):
    browser = Client()
    browser.get(lamp.path)
    pages._memory.clear()
    with trips() as seen:
        assert browser.get(lamp.path).status_code == 200
    assert (len(seen.redis), seen.dynamo, seen.sql) == (1, [], [])


def test_a_hot_product_page_costs_nothing(trips, lamp):
    browser = Client()
    for _ in range(2):
        browser.get(lamp.path)
    with trips() as seen:
        assert browser.get(lamp.path).status_code == 200
    assert (seen.redis, seen.dynamo, seen.sql) == ([], [], [])


def test_a_cold_product_page_reads_the_product_and_its_reviews(trips, lamp):
    from tests.conftest import forget_keys

    forget_keys()
    with trips() as seen:
        assert Client().get(lamp.path).status_code == 200
    assert seen.sql == []
    assert len([name for name in seen.dynamo if name == "GetItem"]) == 1
    assert len(seen.dynamo) <= 2


def test_a_product_over_rest_costs_one_redis_read_beside_the_rate_limit_and_none_again_at_once(trips, lamp):
    phone, address = APIClient(), f"/api/v1/products/{lamp.product_id}/"
    kept = phone.get(address)["ETag"]
    cache.at_hand.clear()
    for headers, status in ({}, 200), ({"If-None-Match": kept}, 304):
        for redis_reads in (2, 1):
            with trips() as seen:
                assert phone.get(address, headers=headers).status_code == status
            assert (len(seen.redis), seen.dynamo, seen.sql) == (redis_reads, [], [])
        cache.at_hand.clear()


def test_a_cold_product_that_many_ask_for_at_once_is_read_once(lamp, trips):
    """Without Redis nobody finds another's copy: only sharing the read under way keeps DynamoDB from the crowd."""
    repository = CachedProducts(Slow(products()._behind))
    repository._products.read = lambda ids: [None] * len(ids)
    # However busy the machine is: in the shop, who has waited for long asks for itself.
    repository._reading = SingleFlight(wait_seconds=30)
    start = threading.Barrier(16)

    def ask(_):
        start.wait(10)
        return repository.get(lamp.product_id, freshness=Freshness.CACHED)

    with ThreadPoolExecutor(16) as pool, trips() as seen:
        found = list(pool.map(ask, range(16)))
    assert {product.product_id for product in found} == {lamp.product_id}
    assert seen.dynamo == ["GetItem"]


class Slow:
    """The repository behind the cache, with the pause of a busy network before each read."""

    def __init__(self, behind):
        self._behind = behind

    def get(self, product_id, *, freshness):
        time.sleep(0.5)
        return self._behind.get(product_id, freshness=freshness)
