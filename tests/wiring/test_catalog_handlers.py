"""What follows a change of the catalog or of the stock, from the outbox to what shoppers see."""

import time

import pytest

from catalog import queries, services
from catalog.events import VariantsAdded
from catalog.search import indexing
from catalog.search.index import SearchRequest, SearchUnavailable
from catalog.search.tantivy_index import TantivyIndex
from catalog.tasks import index_products
from orders import stock
from orders.events import AvailabilityChanged
from shopcloud import pages
from shopcloud.lib import clock, ids, outbox, redis
from shopcloud.markets import MARKETS
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring import catalog_handlers
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch):
    """The ids handed to the indexing task; the queue itself is the broker's matter."""
    ids_queued = []
    monkeypatch.setattr(index_products, "delay", lambda ids, *, waiting: ids_queued.append(ids))
    return ids_queued


@pytest.fixture
def product():
    return services.create_product(product=a_product(category=f"{ids.product_id()}/lamps"), now=NOON)


def relay():
    while outbox.relay(subscriptions=HANDLERS, now=clock.now()):
        pass


def test_a_changed_product_is_indexed_and_its_kept_pages_go_in_every_market(queued, product):
    keys = [pages.page_key("localhost", market.path(product.path)) for market in MARKETS]
    for key in keys:
        redis.store().set(key, b"{}\nkept")
    relay()
    assert queued == [[product.product_id]]
    assert [redis.store().exists(key) for key in keys] == [0] * len(MARKETS)


def test_the_last_unit_sold_shows_in_the_catalog_and_a_delivery_too(queued, product):
    small, large = (v.sku for v in product.variants)
    for sku in (small, large):
        stock.set_on_hand(sku=sku, product_id=product.product_id, on_hand=0, now=NOON)
    relay()
    assert not queries.category_page(product.category).cards[0].in_stock
    stock.receive(sku=small, quantity=3, now=NOON)
    relay()
    assert [v.in_stock for v in queries.product(product.product_id).variants] == [True, False]


def test_late_news_of_the_stock_do_not_undo_newer_ones(queued, product):
    sku = product.variants[0].sku
    stock.set_on_hand(sku=sku, product_id=product.product_id, on_hand=5, now=NOON)
    late = AvailabilityChanged(product_id=product.product_id, sku=sku, in_stock=False)
    catalog_handlers.show_availability(late)
    assert queries.product(product.product_id).variant(sku).in_stock


@pytest.mark.parametrize("news", [AvailabilityChanged, VariantsAdded])
def test_who_read_the_stock_before_it_changed_does_not_have_the_last_word(queued, product, monkeypatch, news):
    """The other relay reads after the change, and writes before this one does."""
    sku = product.variants[0].sku
    was, now = (0, 3) if news is AvailabilityChanged else (3, 0)
    stock.set_on_hand(sku=sku, product_id=product.product_id, on_hand=was, now=NOON)
    told = {"sku": sku, "in_stock": False} if news is AvailabilityChanged else {"skus": [sku]}
    handle = catalog_handlers.show_availability if news is AvailabilityChanged else catalog_handlers.find_stock
    late, mark = news(product_id=product.product_id, **told), catalog_handlers.mark_availability

    def overtaken(**read):
        monkeypatch.undo()
        stock.set_on_hand(sku=sku, product_id=product.product_id, on_hand=now, now=NOON)
        mark(product_id=product.product_id, sku=sku, in_stock=now > 0)
        mark(**read)

    monkeypatch.setattr(catalog_handlers, "mark_availability", overtaken)
    handle(late)
    assert queries.product(product.product_id).variant(sku).in_stock == (now > 0)


def found_soon(word, expected):
    """The index shows a change within a second, to every process."""
    deadline = time.monotonic() + 5
    while (found := [hit.product_id for hit in queries.search(SearchRequest(text=word)).hits]) != expected:
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return True


def test_many_changes_are_shown_to_the_index_at_once_and_one_that_changes_meanwhile_again(monkeypatch):
    words = [f"zq{ids.product_id()}" for _word in range(3)]
    made = [services.create_product(product=a_product(title=f"Lamp {word}"), now=NOON) for word in words]
    indexing.heal()
    commits, told = [], []
    update = TantivyIndex.update

    def counted(index, products):
        commits.append([product.product_id for product in products])
        update(index, products)
        if len(commits) == 1:
            catalog_handlers.waiting.add(made[0].product_id)

    monkeypatch.setattr(TantivyIndex, "update", counted)
    monkeypatch.setattr(index_products, "delay", lambda ids, *, waiting: told.append((ids, waiting)))
    relay()
    for product_ids, waiting in told:
        index_products(product_ids, waiting=waiting)
    wanted = [product.product_id for product in made]
    assert commits == [wanted, wanted[:1]]
    assert [found_soon(word, [product_id]) for word, product_id in zip(words, wanted, strict=True)]


def test_an_index_that_does_not_answer_leaves_them_waiting(monkeypatch, product):
    def away(_index, _products):
        raise SearchUnavailable

    indexing.heal()
    catalog_handlers.waiting.add(product.product_id)
    with monkeypatch.context() as outage:
        outage.setattr(TantivyIndex, "update", away)
        with pytest.raises(SearchUnavailable):
            indexing.index_waiting()
    assert [taken.decode() for taken, _since in catalog_handlers.waiting.take(9)] == [product.product_id]
    indexing.index_waiting()
    assert not catalog_handlers.waiting.take(9)


def test_an_indexed_product_is_found_and_an_archived_one_no_longer():
    word = f"zq{ids.product_id()}"
    product = services.create_product(product=a_product(title=f"Lamp {word}"), now=NOON)
    index_products([product.product_id])
    assert found_soon(word, [product.product_id])
    services.archive_product(product_id=product.product_id, expected_version=1, now=NOON)
    index_products([product.product_id])
    assert found_soon(word, [])
