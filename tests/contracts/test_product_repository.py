"""What every product repository promises: over DynamoDB itself, through DAX, and with the item cache before each."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import override_settings

from catalog.cache import CachedProducts
from catalog.domain import Freshness, Kind, Status
from catalog.dynamo.client import writer
from catalog.dynamo.dax import DaxCalls
from catalog.dynamo.products import DynamoProducts
from catalog.repository import BadCursor, ProductExists, VersionConflict
from shopcloud.lib import ids
from tests.catalog.dynamo.dax_patience import connected, wait_long
from tests.catalog.dynamo.dax_server import DaxServer
from tests.catalog.factories import NOON, a_product

BOTH = (Freshness.CACHED, Freshness.STRONG)


@pytest.fixture(scope="module")
def through_dax():
    """DAX's own client, speaking to a node on a port of this machine."""
    server = DaxServer()
    with override_settings(DAX_ENDPOINT=server.url):
        client = connected()
    yield DaxCalls(writer(), connect=lambda: client, tier=f"dax-{ids.product_id()}")
    client.close()
    server.stop()


@pytest.fixture(params=["direct", "cached", "dax", "cached-dax"])
def repository(request, monkeypatch):
    wait_long(monkeypatch)
    through = request.getfixturevalue("through_dax") if "dax" in request.param else None
    products = DynamoProducts(writer(), dax=through)
    yield CachedProducts(products) if "cached" in request.param else products
    assert not through or through._breaker.fail_counter == 0


@pytest.fixture
def shelf():
    """A category that no other test uses."""
    return f"{ids.product_id()}/lamps"


@pytest.fixture
def product(repository):
    return repository.create(a_product())


@pytest.mark.parametrize("freshness", BOTH)
def test_what_was_created_is_read_back_whole(repository, product, freshness):
    assert repository.get(product.product_id, freshness=freshness) == product
    assert product.version == 1
    assert list(product.variants[0].options) == ["size", "finish"]


@pytest.mark.parametrize("freshness", BOTH)
@pytest.mark.parametrize("product_id", ["nosuchproduct", "", "Not An Id", "x" * 3000])
def test_an_unknown_product_is_none(repository, freshness, product_id):
    assert repository.get(product_id, freshness=freshness) is None
    assert repository.get_many([product_id], freshness=freshness) == {}


def test_a_product_is_created_once(repository, product):
    with pytest.raises(ProductExists):
        repository.create(product)


def test_a_save_replaces_what_staff_edit(repository, product):
    edited = replace(product, title="Halo lamp II", brand="", model=None, images=(), updated_at=NOON + timedelta(1))
    saved = repository.put(edited, expected_version=1)
    assert saved == replace(edited, version=2)
    assert [repository.get(product.product_id, freshness=f) for f in BOTH] == [saved, saved]


def test_a_save_on_an_old_version_is_refused_and_says_what_to_do(repository, product):
    repository.put(replace(product, title="First"), expected_version=1)
    with pytest.raises(VersionConflict, match="Load it again") as conflict:
        repository.put(replace(product, title="Second"), expected_version=1)
    assert conflict.value.actual == 2
    assert repository.get(product.product_id, freshness=Freshness.STRONG).title == "First"


def test_a_product_that_does_not_exist_cannot_be_saved(repository):
    with pytest.raises(VersionConflict, match="does not exist"):
        repository.put(a_product(), expected_version=1)


def test_of_many_editors_at_once_one_wins(repository, product):
    def save(number):
        try:
            return repository.put(replace(product, title=f"Editor {number}"), expected_version=1).title
        except VersionConflict:
            return None

    with ThreadPoolExecutor(8) as editors:
        titles = [title for title in editors.map(save, range(8)) if title]
    assert len(titles) == 1
    kept = repository.get(product.product_id, freshness=Freshness.STRONG)
    assert (kept.title, kept.version) == (titles[0], 2)


def test_many_products_come_in_the_order_asked_for(repository):
    made = [repository.create(a_product()) for _ in range(3)]
    wanted = [made[2].product_id, "missing", made[0].product_id, made[1].product_id, made[2].product_id]
    for freshness in BOTH:
        found = repository.get_many(wanted, freshness=freshness)
        assert list(found.values()) == [made[2], made[0], made[1]]


def test_more_products_than_one_batch_are_read(repository, product):
    unknown = [ids.product_id() for _ in range(230)]
    found = repository.get_many([*unknown, product.product_id], freshness=Freshness.STRONG)
    assert found == {product.product_id: product}


def test_selling_out_leaves_the_version_and_shows_everywhere(repository, shelf):
    product = repository.create(a_product(category=shelf))
    small, large = (v.sku for v in product.variants)
    after = repository.set_availability(product.product_id, small, False)
    assert [v.in_stock for v in after.variants] == [False, True]
    assert after.version == 1
    assert repository.in_category(shelf).cards[0].in_stock
    repository.set_availability(product.product_id, large, False)
    assert not repository.in_category(shelf).cards[0].in_stock
    assert not repository.get(product.product_id, freshness=Freshness.CACHED).in_stock
    repository.set_availability(product.product_id, small, True)
    assert repository.in_category(shelf).cards[0].in_stock


def test_a_save_says_which_skus_cannot_be_bought_and_leaves_the_others(repository, shelf):
    product = repository.create(a_product(category=shelf))
    small, large = product.variants
    new = replace(small, sku="NEW-1")
    repository.set_availability(product.product_id, small.sku, False)
    saved = repository.put(replace(product, variants=(small, large, new)), expected_version=1, sold_out={"NEW-1"})
    assert [v.in_stock for v in saved.variants] == [False, True, False]
    saved = repository.put(replace(saved, variants=(new,)), expected_version=2)
    assert not repository.in_category(shelf).cards[0].in_stock
    repository.set_availability(product.product_id, "NEW-1", True)
    assert repository.get(product.product_id, freshness=Freshness.STRONG).in_stock


def test_digital_goods_never_run_out(repository, shelf):
    product = repository.create(a_product(category=shelf, kind=Kind.DIGITAL))
    for variant in product.variants:
        repository.set_availability(product.product_id, variant.sku, False)
    assert all(v.in_stock for v in repository.get(product.product_id, freshness=Freshness.STRONG).variants)
    assert repository.in_category(shelf).cards[0].in_stock


def test_an_edit_keeps_availability_and_rating(repository, product):
    sku = product.variants[0].sku
    repository.set_availability(product.product_id, sku, False)
    repository.set_rating(product.product_id, total=9, count=2)
    saved = repository.put(replace(product, title="Edited"), expected_version=1)
    assert not saved.variant(sku).in_stock
    assert (saved.rating.average, saved.rating.count) == (4.5, 2)


def test_news_of_an_unknown_product_changes_nothing(repository):
    assert repository.set_availability("nosuchproduct", "SKU", False) is None
    assert repository.set_rating("nosuchproduct", total=5, count=1) is None
    assert repository.get("nosuchproduct", freshness=Freshness.STRONG) is None


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED])
def test_only_active_products_are_listed(repository, shelf, status):
    product = repository.create(a_product(category=shelf, status=status, featured=True))
    assert repository.in_category(shelf).cards == ()
    active = repository.put(replace(product, status=Status.ACTIVE), expected_version=1)
    assert [card.product_id for card in repository.in_category(shelf).cards] == [product.product_id]
    repository.put(replace(active, status=status), expected_version=2)
    assert repository.in_category(shelf).cards == ()


def test_an_archived_product_is_still_there_but_not_listed(repository, shelf):
    product = repository.create(a_product(category=shelf, featured=True))
    assert product.product_id in [card.product_id for card in repository.featured(limit=100).cards]
    archived = repository.archive(product.product_id, expected_version=1, now=NOON + timedelta(hours=1))
    assert archived.status is Status.ARCHIVED
    assert repository.in_category(shelf).cards == ()
    assert product.product_id not in [card.product_id for card in repository.featured(limit=100).cards]
    assert repository.get(product.product_id, freshness=Freshness.CACHED) == archived


def test_archiving_on_an_old_version_is_refused(repository, product):
    with pytest.raises(VersionConflict):
        repository.archive(product.product_id, expected_version=5, now=NOON)


def test_a_card_shows_the_lowest_price_and_two_pictures(repository, shelf):
    product = repository.create(a_product(category=shelf))
    card = repository.in_category(shelf).cards[0]
    assert card.prices == {"USD": 12900, "EUR": 11900}
    assert card.price_range
    assert (card.image, card.second_image) == product.images
    assert (card.title, card.brand, card.path) == (product.title, product.brand, product.path)


def test_a_product_is_listed_at_every_level_above_it(repository):
    department = ids.product_id()
    shallow = repository.create(a_product(category=f"{department}/lamps", rank=1))
    deep = repository.create(a_product(category=f"{department}/lamps/oak", rank=2))
    listed = {path: [c.product_id for c in repository.in_category(path).cards] for path in (
        department, f"{department}/lamps", f"{department}/lamps/oak", f"{department}/lamps/steel")}  # fmt: skip
    assert list(listed.values()) == [
        [shallow.product_id, deep.product_id], [shallow.product_id, deep.product_id], [deep.product_id], []
    ]  # fmt: skip


def test_a_moved_product_leaves_its_old_category(repository, shelf):
    product = repository.create(a_product(category=shelf))
    moved = f"{ids.product_id()}/deep/shelf"
    repository.put(replace(product, category=moved), expected_version=1)
    assert [c.product_id for c in repository.in_category(moved).cards] == [product.product_id]
    fresh = DynamoProducts(writer())
    assert fresh.in_category(shelf).cards == ()


@pytest.fixture
def sixty(repository, shelf):
    """Sixty products in the category; ranks repeat, so that the id decides between equals."""
    with ThreadPoolExecutor(4) as makers:
        made = list(makers.map(lambda n: repository.create(a_product(category=shelf, rank=n // 3)), range(60)))
    return [p.product_id for p in sorted(made, key=lambda p: (p.rank, p.product_id))]


def test_pages_forward_and_back_show_each_product_once(repository, shelf, sixty):
    pages = [repository.in_category(shelf)]
    while pages[-1].next:
        pages.append(repository.in_category(shelf, cursor=pages[-1].next))
    assert [len(page.cards) for page in pages] == [24, 24, 12]
    assert [card.product_id for page in pages for card in page.cards] == sixty
    assert pages[0].previous is None
    second = repository.in_category(shelf, cursor=pages[2].previous)
    first = repository.in_category(shelf, cursor=second.previous)
    assert (second.cards, first.cards) == (pages[1].cards, pages[0].cards)
    assert first.previous is None
    assert repository.in_category(shelf, cursor=first.next).cards == pages[1].cards


def test_a_last_page_that_is_full_has_no_next(repository, shelf, sixty):
    page = repository.in_category(shelf, limit=60)
    assert (len(page.cards), page.next) == (60, None)


def test_a_cursor_whose_product_is_gone_still_goes_on(repository, shelf, sixty):
    page = repository.in_category(shelf)
    repository.archive(page.cards[-1].product_id, expected_version=1, now=NOON)
    following = repository.in_category(shelf, cursor=page.next)
    assert [card.product_id for card in following.cards] == sixty[24:48]


@pytest.mark.parametrize("cursor", ["x", "!!", "e30", "W10", "A" * 5000, "WyJhIiwiYiIsMV0", "\u00fc"])
def test_a_broken_cursor_is_refused(repository, shelf, cursor):
    with pytest.raises(BadCursor):
        repository.in_category(shelf, cursor=cursor)


def test_a_cursor_of_another_category_is_refused(repository, shelf, sixty):
    cursor = repository.in_category(shelf).next
    with pytest.raises(BadCursor):
        repository.in_category(f"{ids.product_id()}/lamps", cursor=cursor)


@pytest.mark.parametrize("path", ["", "nothing-here", "Not/A/Path", "a/b/c/d"])
def test_an_unknown_category_is_empty(repository, path):
    assert repository.in_category(path).cards == ()


def test_featured_products_come_by_rank(repository):
    made = [repository.create(a_product(featured=True, rank=rank)) for rank in (3, 1, 2)]
    listed = [c for c in repository.featured(limit=100).cards if c.product_id in {p.product_id for p in made}]
    assert [card.rank for card in listed] == [1, 2, 3]


def test_segments_together_hold_every_product_once(repository):
    made = {repository.create(a_product()).product_id for _ in range(20)}
    seen = [p.product_id for segment in range(4) for p in repository.scan_segments(segment, 4)]
    assert made <= set(seen)
    assert len(seen) == len(set(seen))
