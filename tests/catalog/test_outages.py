"""What shoppers see while DynamoDB or Redis is away."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace

import boto3
import pytest
import redis as redis_py
import time_machine
from botocore.exceptions import ClientError
from django.test import Client
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalog import cache, categories, copies, queries, review_pages, services
from catalog.cache import CachedProducts
from catalog.domain import Freshness
from catalog.dynamo.calls import Calls
from catalog.dynamo.client import writer
from catalog.dynamo.products import DynamoProducts
from catalog.repository import PAGE_SIZE, CatalogUnavailable
from catalog.reviews import Review
from shopcloud.lib import aws, clock, ids, redis
from shopcloud.lib.resilience import breaker
from tests.catalog.factories import NOON, a_category, a_product

CACHED, STRONG = Freshness.CACHED, Freshness.STRONG


def calls_to(port: int) -> Calls:
    """Calls to a DynamoDB at `port`, with the shop's own waits, and a breaker of its own."""
    config = aws.dynamodb().meta.config
    client = boto3.client("dynamodb", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", config=config)
    return Calls(client, tier=f"dynamo-{ids.product_id()}")


@pytest.fixture
def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


@pytest.fixture
def silent_port():
    """A port that accepts and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(64)
        yield server.getsockname()[1]


@pytest.fixture
def full_port():
    """A port where a connection gets no answer at all, as behind a firewall: nobody accepts, and the queue is full."""
    with socket.socket() as server, ExitStack() as waiting:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _place in range(3):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            with suppress(BlockingIOError):
                one.connect(server.getsockname())
        yield server.getsockname()[1]


@pytest.fixture
def shop():
    return CachedProducts(DynamoProducts(writer()))


@pytest.fixture
def shop_in_the_dark(closed_port):
    return CachedProducts(DynamoProducts(calls_to(closed_port)))


@pytest.fixture
def two_minutes_later():
    cache.at_hand.clear()
    with time_machine.travel(clock.now().timestamp() + 120, tick=True):
        yield


@pytest.fixture
def product(shop):
    return shop.create(a_product(category=f"{ids.product_id()}/lamps", featured=True))


@pytest.fixture
def seen(shop, product):
    """A product whose page and lists were looked at before the outage."""
    shop.get(product.product_id, freshness=CACHED)
    shop.in_category(product.category)
    shop.featured(limit=4)
    return product


def test_a_fresh_copy_needs_no_dynamodb(shop_in_the_dark, seen):
    assert shop_in_the_dark.get(seen.product_id, freshness=CACHED) == seen
    assert not shop_in_the_dark.in_category(seen.category).stale


def test_a_last_known_product_is_shown_and_marked(seen, shop_in_the_dark, two_minutes_later):
    shown = shop_in_the_dark.get(seen.product_id, freshness=CACHED)
    assert shown == replace(seen, stale=True)
    assert shop_in_the_dark.get_many([seen.product_id], freshness=CACHED) == {seen.product_id: shown}


def test_a_last_known_first_page_is_shown_and_marked(seen, shop_in_the_dark, two_minutes_later):
    page = shop_in_the_dark.in_category(seen.category)
    assert page.stale
    assert [card.product_id for card in page.cards] == [seen.product_id]
    featured = shop_in_the_dark.featured(limit=4)
    assert (featured.stale, bool(featured.cards)) == (True, True)


def test_a_first_page_asked_for_by_an_empty_cursor_is_remembered_as_long(shop, seen, two_minutes_later):
    shop.in_category(seen.category, cursor="")
    kept = redis.store().ttl(redis.key("listing", f"{seen.category}:{PAGE_SIZE}:"))
    assert kept > copies.KEPT_SECONDS - 60


def test_what_nobody_remembers_is_not_called_gone(seen, shop_in_the_dark):
    with pytest.raises(CatalogUnavailable):
        shop_in_the_dark.get("neverlooked", freshness=CACHED)
    with pytest.raises(CatalogUnavailable):
        shop_in_the_dark.get_many([seen.product_id, "neverlooked"], freshness=CACHED)
    with pytest.raises(CatalogUnavailable):
        shop_in_the_dark.in_category("never/looked")


def test_checkout_gets_the_truth_or_an_error(seen, shop_in_the_dark):
    with pytest.raises(CatalogUnavailable):
        shop_in_the_dark.get(seen.product_id, freshness=STRONG)
    with pytest.raises(CatalogUnavailable):
        shop_in_the_dark.get_many([seen.product_id], freshness=STRONG)
    with pytest.raises(CatalogUnavailable):
        shop_in_the_dark.put(seen, expected_version=1)


def test_a_save_is_shown_at_once_and_kept_for_an_outage(shop, seen, shop_in_the_dark, two_minutes_later):
    saved = shop.put(replace(seen, title="New name"), expected_version=1)
    assert shop_in_the_dark.get(seen.product_id, freshness=CACHED).title == saved.title
    # The list was made to be read afresh, yet is remembered for the outage.
    assert shop_in_the_dark.in_category(seen.category).stale


def test_a_store_that_takes_no_connection_is_away_like_any_other(full_port, seen, two_minutes_later):
    shop = CachedProducts(DynamoProducts(calls_to(full_port)))
    assert shop.get(seen.product_id, freshness=CACHED).stale
    for _try in range(3):
        with pytest.raises(CatalogUnavailable):
            shop.get(seen.product_id, freshness=STRONG)
    before = time.monotonic()
    with pytest.raises(CatalogUnavailable):
        shop.get(seen.product_id, freshness=STRONG)
    # The circuit is open: nobody waits any more.
    assert time.monotonic() - before < 0.3


def test_a_sweep_asks_a_busy_store_again_and_a_page_gives_up(monkeypatch):
    class Busy:
        def __init__(self) -> None:
            self.asked = 0

        def scan(self, **_request):
            self.asked += 1
            if self.asked <= 4:
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, "Scan")
            return {"Items": []}

    calls = Calls(busy := Busy(), tier=f"dynamo-{ids.product_id()}")
    monkeypatch.setattr(calls._breaker, "reset_timeout", 0.2)
    with pytest.raises(CatalogUnavailable):
        calls.read("scan")
    assert (calls.sweep("scan"), busy.asked) == ({"Items": []}, 5)


def test_a_store_that_hangs_costs_a_second_once_and_nothing_after(silent_port):
    shop = CachedProducts(DynamoProducts(calls_to(silent_port)))

    def look(number: int) -> float:
        started = time.perf_counter()
        with pytest.raises(CatalogUnavailable):
            shop.get(f"product{number}", freshness=CACHED)
        return time.perf_counter() - started

    with ThreadPoolExecutor(6) as shoppers:
        assert max(shoppers.map(look, range(6))) < 2
    assert look(7) < 0.2


def test_the_shop_heals_when_dynamodb_is_back(product, closed_port):
    dead = calls_to(closed_port)
    shop = DynamoProducts(dead)
    for _ in range(4):
        with pytest.raises(CatalogUnavailable):
            shop.get(product.product_id, freshness=STRONG)
    assert dead._breaker.current_state == "open"
    dead._client = aws.dynamodb()
    dead._breaker.reset_timeout = 0
    assert shop.get(product.product_id, freshness=STRONG) == product
    assert dead._breaker.current_state == "closed"


def test_readyz_asks_the_table_itself_while_its_circuit_rests():
    breaker("dynamo").open()
    answer = Client().get("/readyz").json()
    breaker("dynamo").close()
    assert answer["tiers"]["dynamodb"]["ok"]


def test_a_refusal_is_an_answer_and_opens_no_circuit(shop, product):
    direct = DynamoProducts(writer())
    for _ in range(8):
        with pytest.raises(Exception, match="exists already"):
            direct.create(product)
    assert breaker("dynamo").current_state == "closed"


@pytest.fixture
def redis_away(closed_port, monkeypatch):
    dead = redis_py.Redis(port=closed_port, retry=Retry(NoBackoff(), 1))
    monkeypatch.setattr(redis, "store", lambda: dead)
    yield
    breaker("cache").close()


def test_without_redis_every_read_goes_to_dynamodb(redis_away, shop):
    product = shop.create(a_product(category=f"{ids.product_id()}/lamps"))
    saved = shop.put(replace(product, title="Saved"), expected_version=1)
    assert shop.get(product.product_id, freshness=CACHED) == saved
    assert list(shop.get_many([product.product_id], freshness=CACHED)) == [product.product_id]
    assert len(shop.in_category(product.category).cards) == 1


def test_a_copy_in_an_older_form_is_not_used(shop, product):
    redis.store().set(redis.key("product", product.product_id), b'0 9999999999 {"old":1}')
    assert shop.get(product.product_id, freshness=CACHED) == product


@pytest.mark.django_db
def test_first_reviews_are_remembered_and_later_ones_are_not(product, closed_port, monkeypatch, two_minutes_later):
    said = Review(
        review_id="r1", product_id=product.product_id, author="Mara K.", rating=5, body="Lovely.", created_at=NOON
    )
    services.add_review(review=said)
    known = queries.reviews_of(product.product_id)
    monkeypatch.setattr(review_pages, "writer", lambda: calls_to(closed_port))
    with time_machine.travel(clock.now().timestamp() + 120, tick=True):
        kept = queries.reviews_of(product.product_id)
    assert (kept.reviews, kept.stale) == (known.reviews, True)
    with pytest.raises(CatalogUnavailable):
        queries.reviews_of("neverlooked")
    with time_machine.travel(clock.now().timestamp() + 120, tick=True):
        page = Client().get(f"{product.path}reviews/")
        assert (page["Cache-Control"], "having a short break" in page.content.decode()) == ("no-store", True)
        copies.Copies("reviews-voted", fresh_seconds=60).drop([product.product_id])
        away = Client(raise_request_exception=False).get(f"{product.path}reviews/")
        assert (away.status_code, "Retry-After" in away.headers) == (503, True)


def test_the_tree_is_remembered_and_never_fails_a_page(closed_port, monkeypatch):
    top = ids.product_id()
    services.save_categories(categories=[a_category(top, "Lighting")])
    monkeypatch.setattr(categories, "writer", lambda: calls_to(closed_port))
    with time_machine.travel(clock.now().timestamp() + 120, tick=True):
        assert top in [c.path for c in queries.departments()]
        redis.store().delete(redis.key("categories", "tree"))
        categories.forget()
        assert queries.departments() == []
        with pytest.raises(CatalogUnavailable):
            queries.category(top)
