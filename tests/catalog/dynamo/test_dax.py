"""What DAX does for the shop, and what the shop does without it."""

import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.test import Client

from catalog import repository, services
from catalog.cache import CachedProducts
from catalog.domain import Freshness
from catalog.dynamo import client as doors
from catalog.dynamo import dax as dax_module
from catalog.dynamo.client import writer
from catalog.dynamo.dax import DaxCalls
from catalog.dynamo.products import DynamoProducts
from catalog.repository import CatalogUnavailable, VersionConflict
from shopcloud import health
from shopcloud.lib import ids, redis
from tests.catalog.dynamo.dax_double import CALLS, DaxDouble, cut_off, no_route
from tests.catalog.factories import NOON, a_product
from tests.catalog.test_outages import calls_to

CACHED, STRONG = Freshness.CACHED, Freshness.STRONG


@pytest.fixture
def cluster():
    return DaxDouble()


@pytest.fixture
def through(cluster):
    """Calls through the cluster, with a breaker of their own."""
    return DaxCalls(writer(), connect=lambda: cluster, tier=f"dax-{ids.product_id()}")


@pytest.fixture
def shop(through):
    return DynamoProducts(writer(), dax=through)


@pytest.fixture
def product(shop):
    return shop.create(a_product(category=f"{ids.product_id()}/lamps"))


def test_the_clients_ten_calls_are_all_it_has(cluster):
    assert len(CALLS) == 10
    with pytest.raises(NotImplementedError):
        cluster.get_paginator("scan")
    with pytest.raises(AttributeError):
        cluster.execute_statement(Statement="")


def test_browsing_and_saving_go_through_dax(shop, product, cluster):
    shop.get(product.product_id, freshness=CACHED)
    shop.get_many([product.product_id], freshness=CACHED)
    shop.in_category(product.category)
    shop.put(replace(product, title="New"), expected_version=1)
    assert cluster.served == {"put_item": 1, "get_item": 1, "batch_get_item": 1, "query": 1, "update_item": 1}
    assert not any(request.get("ConsistentRead") for request in cluster.requests)


def test_strong_reads_and_scans_never_go_through_dax(shop, product, cluster):
    cluster.served.clear()
    assert shop.get(product.product_id, freshness=STRONG) == product
    assert shop.get_many([product.product_id], freshness=STRONG) == {product.product_id: product}
    assert product in list(shop.scan_segments(0, 1))
    assert not cluster.served


@pytest.mark.parametrize("failure", [no_route, cut_off, lambda: TimeoutError("timed out"), ConnectionResetError])
def test_dax_lost_in_the_middle_of_traffic_fails_no_read_and_is_used_again(shop, product, cluster, through, failure):
    def look(number):
        if number == 40:
            cluster.failure = failure()
        return [
            shop.get(product.product_id, freshness=CACHED) == product,
            list(shop.get_many([product.product_id], freshness=CACHED)) == [product.product_id],
            len(shop.in_category(product.category).cards) == 1,
        ]

    with ThreadPoolExecutor(8) as shoppers:
        assert all(all(seen) for seen in shoppers.map(look, range(120)))
    assert through._breaker.current_state == "open"
    cluster.failure, through._breaker.reset_timeout = None, 0
    before = cluster.served["get_item"]
    assert shop.get(product.product_id, freshness=CACHED) == product
    assert cluster.served["get_item"] == before + 1
    assert through._breaker.current_state == "closed"


def test_a_save_goes_past_a_dax_without_route(shop, product, cluster):
    cluster.failure = no_route()
    saved = shop.put(replace(product, title="Past it"), expected_version=1)
    assert shop.get(product.product_id, freshness=STRONG) == saved


def test_a_save_that_may_have_happened_is_not_repeated(shop, product, cluster):
    cluster.failure = cut_off()
    with pytest.raises(CatalogUnavailable):
        shop.put(replace(product, title="Once"), expected_version=1)


def test_a_refusal_of_dax_is_an_answer(shop, product, through):
    for _ in range(6):
        with pytest.raises(VersionConflict) as conflict:
            shop.put(product, expected_version=7)
    assert conflict.value.actual == 1
    assert through._breaker.current_state == "closed"


def test_a_save_through_dax_is_what_everybody_browses_next(shop, through, product):
    cached = CachedProducts(shop)
    cached.get(product.product_id, freshness=CACHED)
    saved = cached.put(replace(product, title="New name"), expected_version=1)
    assert cached.get(product.product_id, freshness=CACHED) == saved
    redis.store().delete(redis.key("product", product.product_id))
    assert cached.get(product.product_id, freshness=CACHED) == saved
    assert cached.in_category(product.category).cards[0].title == "New name"


def test_with_dax_and_dynamodb_away_last_known_copies_answer(shop, product, cluster):
    CachedProducts(shop).get(product.product_id, freshness=CACHED)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        dead = calls_to(probe.getsockname()[1])
        cluster.failure = no_route()
        dark = DynamoProducts(dead, dax=DaxCalls(dead, connect=lambda: cluster, tier=f"dax-{ids.product_id()}"))
        copies = CachedProducts(dark)
        copies._products.expire([product.product_id])
        assert copies.get(product.product_id, freshness=CACHED) == replace(product, stale=True)


def test_what_dax_remembers_as_missing_is_asked_of_the_table(shop, product, cluster, monkeypatch):
    monkeypatch.setattr(cluster, "_serve", lambda name, request: {"Responses": {}})
    assert shop.get(product.product_id, freshness=CACHED) == product
    assert shop.get_many([product.product_id, "missing"], freshness=CACHED) == {product.product_id: product}


def test_batches_of_a_hundred_keep_their_order_and_ask_again_for_what_was_left(shop, cluster):
    made = [shop.create(a_product()).product_id for _ in range(3)]
    wanted = [made[2], *(ids.product_id() for _ in range(230)), made[0], made[1]]
    cluster.unread = 2
    assert list(shop.get_many(wanted, freshness=CACHED)) == [made[2], made[0], made[1]]
    assert cluster.served["batch_get_item"] == 5
    sizes = [len(next(iter(r["RequestItems"].values()))["Keys"]) for r in cluster.requests if "RequestItems" in r]
    assert max(sizes) == 100


def test_one_client_is_made_on_first_use_and_nobody_waits_for_it(product):
    made = []

    def slow():
        made.append(threading.get_ident())
        time.sleep(0.3)
        return DaxDouble()

    through = DaxCalls(writer(), connect=slow, tier=f"dax-{ids.product_id()}")
    shop = DynamoProducts(writer(), dax=through)
    assert made == []
    with ThreadPoolExecutor(8) as shoppers:
        assert all(shoppers.map(lambda _: shop.get(product.product_id, freshness=CACHED) == product, range(8)))
    assert len(made) == 1


def test_a_forked_process_makes_its_own_client_and_exit_closes_it(monkeypatch):
    made, at_exit = [], []
    monkeypatch.setattr(dax_module.atexit, "register", at_exit.append)
    through = DaxCalls(writer(), connect=lambda: made.append(DaxDouble()) or made[-1], tier=f"dax-{ids.product_id()}")
    through._connected()
    monkeypatch.setattr(os, "getpid", lambda: -1)
    through._connected()
    assert len(made) == 2
    at_exit[-1]()
    assert made[-1].closed


def test_the_real_client_without_a_cluster_fails_no_read(product, settings):
    settings.DAX_ENDPOINT = "dax://127.0.0.1:9"
    through = DaxCalls(writer(), tier=f"dax-{ids.product_id()}")
    shop = DynamoProducts(writer(), dax=through)
    started = time.perf_counter()
    for _ in range(6):
        assert shop.get(product.product_id, freshness=CACHED) == product
    assert time.perf_counter() - started < 3
    assert through._breaker.current_state == "open"


@pytest.fixture
def shop_with_dax(cluster, settings, monkeypatch):
    """The whole shop behind the cluster."""
    settings.DAX_ENDPOINT = "dax://cluster.test:8111"
    monkeypatch.setattr(doors, "dax", lambda: through)
    through = DaxCalls(writer(), connect=lambda: cluster)
    repository.products.cache_clear()
    yield
    through._breaker.close()
    repository.products.cache_clear()


@pytest.mark.django_db
def test_a_page_says_that_dax_answered(shop_with_dax, cluster):
    product = services.create_product(product=a_product(), now=NOON)
    redis.store().delete(redis.key("product", product.product_id))
    answer = Client().get(f"/api/v1/products/{product.product_id}/")
    assert answer.status_code == 200
    assert "dax;" in answer.headers["Server-Timing"]
    assert "dynamo;" not in answer.headers["Server-Timing"]


def test_dax_has_a_line_in_readyz_and_is_not_required(shop_with_dax, cluster, monkeypatch):
    from catalog import queries

    monkeypatch.setattr(health, "CHECKS", {"dynamodb": queries.ping, "dax": queries.ping_dax})
    monkeypatch.setattr(health, "REQUIRED", frozenset({"dynamodb"}))
    assert Client().get("/readyz").json()["tiers"]["dax"]["ok"]
    cluster.failure = no_route()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["tiers"]["dax"]["ok"]) == (200, False)
