"""What DAX does for the shop: its own client speaks to a node on a port of this machine."""

from dataclasses import replace

import pytest
from django.test import Client

from catalog import repository, services
from catalog.cache import LISTING_SECONDS, PRODUCT_SECONDS, CachedProducts
from catalog.domain import Freshness, InvalidProduct
from catalog.dynamo import client as doors
from catalog.dynamo.client import writer
from catalog.dynamo.products import DynamoProducts
from catalog.repository import VersionConflict
from shopcloud import health
from shopcloud.lib import ids, redis
from tests.catalog.dynamo.dax_cluster import ITEM_SECONDS, QUERY_SECONDS
from tests.catalog.factories import NOON, a_product
from tests.deploy import terraform

pytestmark = pytest.mark.usefixtures("patient")
CACHED, STRONG = Freshness.CACHED, Freshness.STRONG
CALLS = ("getItem", "batchGetItem", "query", "putItem", "updateItem")


@pytest.fixture
def asked(server):
    """What the node was asked for, without what the client asks to understand the answers."""
    return lambda: {name: server.cluster.asked[name] for name in CALLS if server.cluster.asked[name]}


def test_browsing_and_saving_go_through_dax(shop, product, server, asked):
    shop.get(product.product_id, freshness=CACHED)
    shop.get_many([product.product_id], freshness=CACHED)
    shop.put(replace(product, title="New"), expected_version=1)
    assert asked() == {"putItem": 1, "getItem": 1, "batchGetItem": 1, "updateItem": 1}
    assert server.signed == server.greeted > 0


def test_strong_reads_and_scans_never_go_through_dax(shop, product, server, asked):
    before = asked()
    assert shop.get(product.product_id, freshness=STRONG) == product
    assert shop.get_many([product.product_id], freshness=STRONG) == {product.product_id: product}
    assert product in list(shop.scan_segments(0, 1))
    assert asked() == before
    assert server.cluster.strong == 0


def test_what_dax_has_is_read_without_dynamodb(shop, product, server):
    hits = server.cluster.hits
    assert shop.get(product.product_id, freshness=CACHED) == product
    assert shop.get_many([product.product_id], freshness=CACHED) == {product.product_id: product}
    assert hits["item"] == 2


def test_a_save_past_dax_is_seen_by_those_who_sell_and_by_others_when_its_copy_ends(shop, product, server):
    saved = DynamoProducts(writer()).put(replace(product, title="Past it"), expected_version=1)
    assert shop.get(product.product_id, freshness=CACHED) == product
    assert shop.get(product.product_id, freshness=STRONG) == saved
    server.cluster.items.clear()
    assert shop.get(product.product_id, freshness=CACHED) == saved


def test_first_pages_are_of_now_and_further_ones_may_be_of_a_moment_ago(shop, server, asked):
    shelf = f"{ids.product_id()}/lamps"
    made = [shop.create(a_product(category=shelf, rank=rank)) for rank in range(3)]
    first = shop.in_category(shelf, limit=2)
    shop.featured(limit=10)
    assert "query" not in asked()
    second = shop.in_category(shelf, limit=2, cursor=first.next)
    assert [card.product_id for card in second.cards] == [made[2].product_id]
    DynamoProducts(writer()).archive(made[2].product_id, expected_version=1, now=NOON)
    assert shop.in_category(shelf, limit=2, cursor=first.next) == second
    assert server.cluster.hits["query"] == 1
    assert shop.in_category(shelf, limit=2).next is None


def test_the_first_page_is_of_now_for_whoever_goes_back_to_it(shop, asked):
    shelf = f"{ids.product_id()}/lamps"
    made = [shop.create(a_product(category=shelf, rank=rank)) for rank in range(3)]
    second = shop.in_category(shelf, limit=2, cursor=shop.in_category(shelf, limit=2).next)
    assert len(shop.in_category(shelf, limit=2, cursor=second.previous).cards) == 2
    DynamoProducts(writer()).archive(made[0].product_id, expected_version=1, now=NOON)
    back = shop.in_category(shelf, limit=2, cursor=second.previous)
    assert [card.product_id for card in back.cards] == [made[1].product_id]


def test_a_refusal_of_dax_is_an_answer(shop, product, through):
    for _ in range(6):
        with pytest.raises(VersionConflict) as conflict:
            shop.put(product, expected_version=7)
    assert conflict.value.actual == 1
    assert through._breaker.current_state == "closed"


def test_a_save_through_dax_is_what_everybody_browses_next(shop, product):
    cached = CachedProducts(shop)
    cached.get(product.product_id, freshness=CACHED)
    assert cached.in_category(product.category).cards[0].title == product.title
    saved = cached.put(replace(product, title="New name"), expected_version=1)
    assert cached.get(product.product_id, freshness=CACHED) == saved
    redis.store().delete(redis.key("product", product.product_id))
    assert cached.get(product.product_id, freshness=CACHED) == saved
    assert cached.in_category(product.category).cards[0].title == "New name"


def test_what_dax_remembers_as_missing_is_asked_of_the_table(shop, server):
    product = a_product()
    assert shop.get(product.product_id, freshness=CACHED) is None
    product = DynamoProducts(writer()).create(product)
    hits = server.cluster.hits["item"]
    assert shop.get(product.product_id, freshness=CACHED) == product
    assert shop.get_many([product.product_id, "missing"], freshness=CACHED) == {product.product_id: product}
    assert server.cluster.hits["item"] == hits + 2


def test_batches_of_a_hundred_keep_their_order_and_ask_again_for_what_was_left(shop, server):
    made = [shop.create(a_product()).product_id for _ in range(3)]
    wanted = [made[2], *(ids.product_id() for _ in range(230)), made[0], made[1]]
    server.cluster.leave = 2
    assert list(shop.get_many(wanted, freshness=CACHED)) == [made[2], made[0], made[1]]
    assert server.cluster.batches == [100, 50, 25, 100, 33]


def test_a_large_product_goes_through_dax_and_one_too_large_is_refused_politely(shop, asked):
    large = shop.create(a_product(attributes={"story": "ö" * 150_000}))
    assert shop.get(large.product_id, freshness=CACHED) == large
    with pytest.raises(InvalidProduct, match="400 KB"):
        shop.create(a_product(attributes={"story": "x" * 420_000}))
    assert asked() == {"putItem": 2, "getItem": 1}


def test_the_nodes_copies_live_as_long_as_those_of_the_cluster_in_aws():
    group = terraform.resources(terraform.module("dax"), "aws_dax_parameter_group")["dax"]
    seconds = {parameter["name"]: int(parameter["value"]) / 1000 for parameter in group["parameters"]}
    assert seconds == {"record-ttl-millis": ITEM_SECONDS, "query-ttl-millis": QUERY_SECONDS}
    assert (QUERY_SECONDS, ITEM_SECONDS) == (LISTING_SECONDS, PRODUCT_SECONDS)


@pytest.fixture
def shop_with_dax(through, monkeypatch):
    """The whole shop behind the node."""
    monkeypatch.setattr(doors, "dax", lambda: through)
    monkeypatch.setattr(through, "_tier", "dax")
    repository.products.cache_clear()
    yield
    repository.products.cache_clear()


@pytest.mark.django_db
def test_a_page_says_that_dax_answered(shop_with_dax):
    product = services.create_product(product=a_product(), now=NOON)
    redis.store().delete(redis.key("product", product.product_id))
    answer = Client().get(f"/api/v1/products/{product.product_id}/")
    assert answer.status_code == 200
    assert "dax;" in answer.headers["Server-Timing"]
    assert "dynamo;" not in answer.headers["Server-Timing"]


def test_dax_has_a_line_in_readyz_and_is_not_required(shop_with_dax, server, monkeypatch):
    from catalog import queries

    monkeypatch.setattr(health, "CHECKS", {"dynamodb": queries.ping, "dax": queries.ping_dax})
    monkeypatch.setattr(health, "REQUIRED", frozenset({"dynamodb"}))
    assert Client().get("/readyz").json()["tiers"]["dax"]["ok"]
    server.stop()
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["tiers"]["dax"]["ok"]) == (200, False)
