"""Collections and the featured products: what shoppers see of them, when, and what it costs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from catalog import curated, curating, queries, services
from catalog.domain import Status, Variant
from catalog.models import Collection, FeaturedProduct, FormerSlug
from catalog.search.index import SearchUnavailable, search_index
from shopcloud import pages
from shopcloud.lib import clock, outbox, snapshot
from shopcloud.subscriptions import HANDLERS
from tests.catalog.factories import NOON, a_category, a_product
from tests.catalog.test_round_trips import trips as trips
from tests.conftest import forget_keys

pytestmark = pytest.mark.django_db
CHOSEN = {"slug": "quiet-evenings", "title": "Quiet evenings", "title_de": "Ruhige Abende", "intro": "Low light."}


@pytest.fixture(autouse=True)
def shelves(db):
    services.save_categories(categories=[a_category("lighting"), a_category("lighting/table-lamps", position=1)])


def lamps(number, **changes):
    made = [a_product(title=f"Lamp {i:02}", slug=f"lamp-{i:02}", **changes) for i in range(number)]
    return [services.create_product(product=product, now=NOON) for product in made]


def a_collection(products=(), **changes) -> Collection:
    made = Collection(**{**CHOSEN, **changes})
    curating.save_collection(collection=made)
    curating.arrange_products(collection=made, product_ids=[product.product_id for product in products])
    return made


def titles(response) -> list[str]:
    page = response.content.decode()
    return [part.partition("</a>")[0].rpartition(">")[2] for part in page.split('<h3 class="card-title">')[1:]]


def tell():
    while outbox.relay(subscriptions=HANDLERS, now=clock.now()):
        pass
    pages._memory.clear()


def test_a_collection_shows_its_products_in_the_order_of_staff(guest):
    first, second, third = lamps(3)
    a_collection([third, first, second])
    page = guest.get("/collections/quiet-evenings/")
    assert (page.status_code, titles(page)) == (200, ["Lamp 02", "Lamp 00", "Lamp 01"])
    assert "Low light." in page.content.decode()


def test_each_market_reads_its_own_title_and_english_where_there_is_none(guest):
    a_collection(lamps(1))
    for prefix, title in (("", "Quiet evenings"), ("/de", "Ruhige Abende"), ("/fr", "Quiet evenings")):
        page = guest.get(f"{prefix}/collections/quiet-evenings/").content.decode()
        assert f"<h1>{title}</h1>" in page
        assert f'<link rel="canonical" href="http://localhost:8000{prefix}/collections/quiet-evenings/">' in page
        assert page.count('rel="alternate" hreflang=') == 5


def test_what_is_gone_a_draft_or_archived_does_not_show(guest):
    sold, draft, archived = lamps(1) + lamps(1, status=Status.DRAFT) + lamps(1)
    services.archive_product(product_id=archived.product_id, expected_version=archived.version, now=NOON)
    gone = a_product()
    a_collection([gone, draft, archived, sold])
    assert titles(guest.get("/collections/quiet-evenings/")) == ["Lamp 00"]


def test_a_collection_without_products_says_so(guest):
    a_collection()
    page = guest.get("/collections/quiet-evenings/")
    assert page.status_code == 200
    assert "Nothing here at the moment" in page.content.decode()


@pytest.mark.parametrize(
    ("start", "end", "status"),
    [(None, None, 200), (-1, 1, 200), (-1, None, 200), (None, 1, 200), (1, None, 404), (None, -1, 404), (-2, -1, 404)],
)
def test_outside_its_dates_a_collection_does_not_exist(guest, start, end, status):
    day = timedelta(days=1)
    made = a_collection(
        lamps(1), active_from=start and clock.now() + start * day, active_until=end and clock.now() + end * day,
        show_on_home=True,
    )  # fmt: skip
    assert guest.get("/collections/quiet-evenings/").status_code == status
    for listing in ("/collections/", "/", "/sitemaps/pages.xml"):
        assert ("/collections/quiet-evenings/" in guest.get(listing).content.decode()) == (status == 200), listing
    assert guest.get(f"/api/v1/collections/{made.slug}/").status_code == status


def test_a_former_address_sends_on_for_good_and_a_taken_one_leads_to_who_has_it(guest):
    made = a_collection(lamps(1))
    for slug in ("calm-evenings", "late-evenings"):
        made.slug = slug
        curating.save_collection(collection=made)
    for former in ("quiet-evenings", "calm-evenings"):
        answer = guest.get(f"/de/collections/{former}/")
        assert (answer.status_code, answer["Location"]) == (301, "/de/collections/late-evenings/")
    a_collection(slug="quiet-evenings", title="Another")
    assert "<h1>Another</h1>" in guest.get("/collections/quiet-evenings/").content.decode()
    made.slug = "calm-evenings"
    curating.save_collection(collection=made)
    assert guest.get("/collections/calm-evenings/").status_code == 200
    assert set(FormerSlug.objects.values_list("slug", flat=True)) == {"late-evenings"}
    assert guest.get("/collections/never-was/").status_code == 404


def test_a_page_has_24_and_the_last_one_ends(guest):
    a_collection(lamps(25))
    first = guest.get("/collections/quiet-evenings/")
    assert len(titles(first)) == 24
    assert 'href="?cursor=2"' in first.content.decode()
    second = guest.get("/collections/quiet-evenings/?cursor=2")
    assert titles(second) == ["Lamp 24"]
    assert 'rel="next"' not in second.content.decode()
    assert guest.get("/collections/quiet-evenings/?cursor=3").status_code == 404
    for broken in ("0", "02", "11", "x", "-1", "٢"):
        assert guest.get("/collections/quiet-evenings/", {"cursor": broken}).status_code == 400, broken


def test_a_page_reads_no_more_products_than_show_what_comes_next(guest, monkeypatch):
    gone, *many = lamps(60)
    a_collection([*many[:20], gone, *many[20:]])
    asked, read = [], queries.products_by_id
    monkeypatch.setattr(queries, "products_by_id", lambda ids: (asked.append(len(ids)), read(ids))[1])
    first = guest.get("/collections/quiet-evenings/")
    assert (len(titles(first)), asked) == (24, [25])
    services.archive_product(product_id=gone.product_id, expected_version=1, now=NOON)
    tell()
    forget_keys()
    asked.clear()
    shown = [guest.get(f"/collections/quiet-evenings/?cursor={number}") for number in (1, 2, 3)]
    assert [title for page in shown for title in titles(page)] == [lamp.title for lamp in many]
    assert asked == [25, 35, 49, 11, 60]


def a_rule(**changes) -> Collection:
    return a_collection(slug="new", title="New", kind=Collection.Kind.RULE, **changes)


def test_a_rule_finds_what_it_says(guest):
    dear, cheap = Variant("DEAR", {}, {"EUR": 9000}), Variant("CHEAP", {}, {"EUR": 2000})
    gone = Variant("GONE", {}, {"EUR": 3000}, in_stock=False)
    goods = [
        a_product(title="Dear", variants=(dear,)),
        a_product(title="Cheap", variants=(cheap,)),
        a_product(title="Sold out", variants=(gone,)),
        a_product(title="Other brand", variants=(cheap,), brand="Kvist"),
        a_product(title="Elsewhere", variants=(cheap,), category="kitchen"),
    ]
    search_index().rebuild(iter(goods))
    rule = {"category": "lighting", "brand": "Nordlys", "currency": "EUR", "max_price": 5000, "in_stock": True}
    a_rule(**rule)
    assert titles(guest.get("/de/collections/new/")) == ["Cheap"]
    Collection.objects.update(max_price=None, in_stock=False, sort="price")
    forget_keys()
    pages._memory.clear()
    assert titles(guest.get("/de/collections/new/")) == ["Cheap", "Sold out", "Dear"]
    Collection.objects.update(text="dear")
    forget_keys()
    pages._memory.clear()
    assert titles(guest.get("/de/collections/new/")) == ["Dear"]


def test_a_rule_without_the_search_says_so_and_is_not_kept(guest, monkeypatch):
    a_rule()

    def away(request):
        raise SearchUnavailable

    monkeypatch.setattr(search_index(), "search", away)
    answer = guest.get("/collections/new/")
    assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")
    assert "short break" in answer.content.decode()


@pytest.mark.parametrize("path", ["/collections/", "/collections/quiet-evenings/", "/de/collections/new/"])
def test_a_warm_page_costs_one_redis_read_and_a_hot_one_nothing(guest, trips, path):
    a_collection(lamps(2))
    a_rule()
    guest.get(path)
    pages._memory.clear()
    with trips() as seen:
        assert guest.get(path).status_code == 200
    assert (len(seen.redis), seen.dynamo, seen.sql) == (1, [], [])
    with trips() as seen:
        assert guest.get(path).status_code == 200
    assert (seen.redis, seen.dynamo, seen.sql) == ([], [], [])


@pytest.mark.parametrize("cursor", ["", "?cursor=2"])
def test_a_cold_page_of_chosen_products_is_two_statements_and_one_read_of_the_products(guest, trips, cursor):
    a_collection(lamps(30))
    for number in range(3):
        a_collection(slug=f"other-{number}", title="Other")
    guest.get("/search/?q=warm-up")
    forget_keys()
    with trips() as seen:
        assert guest.get(f"/collections/quiet-evenings/{cursor}").status_code == 200
    assert len(seen.sql) == 2, seen.sql
    assert seen.dynamo.count("BatchGetItem") == 1
    assert len(seen.dynamo) <= 2, seen.dynamo
    assert len(seen.redis) <= 8, seen.redis


def test_a_cold_page_of_a_rule_is_one_statement_and_one_search(guest, trips, monkeypatch):
    a_rule()
    guest.get("/search/?q=warm-up")
    forget_keys()
    asked = []
    search = search_index().search
    monkeypatch.setattr(search_index(), "search", lambda request: asked.append(request) or search(request))
    with trips() as seen:
        assert guest.get("/collections/new/").status_code == 200
    assert (len(seen.sql), len(asked)) == (1, 1)


def test_parameters_that_no_page_reads_are_not_kept(guest):
    a_collection(lamps(1))
    for path in ("/collections/quiet-evenings/?made=up", "/collections/?q=x"):
        assert not pages._may_be_kept(guest.get(path).wsgi_request)


def test_a_saved_change_shows_at_once_on_every_page_that_tells_of_it(guest):
    products = lamps(25)
    made = a_collection(products, show_on_home=True)
    tell()
    seen = ("/", "/de/", "/collections/", "/collections/quiet-evenings/", "/collections/quiet-evenings/?cursor=2")
    for path in seen:
        guest.get(path)
    made.title = made.title_de = "Loud mornings"
    curating.save_collection(collection=made)
    curating.arrange_products(collection=made, product_ids=[p.product_id for p in reversed(products)])
    assert "Loud mornings" not in guest.get("/").content.decode()
    tell()
    for path in seen:
        assert "Loud mornings" in guest.get(path).content.decode(), path
    assert titles(guest.get("/collections/quiet-evenings/?cursor=2")) == ["Lamp 00"]
    curating.delete_collections(collections=[made])
    tell()
    assert guest.get("/collections/quiet-evenings/").status_code == 404
    assert "Loud mornings" not in guest.get("/").content.decode()


def test_the_home_page_shows_four_of_those_that_ask_for_it(guest):
    assert "home-collections" not in guest.get("/").content.decode()
    for number in range(6):
        a_collection(slug=f"c-{number}", title=f"Number {number}", position=number, show_on_home=number != 1)
    tell()
    page = guest.get("/").content.decode()
    assert [number for number in range(6) if f'href="/collections/c-{number}/"' in page] == [0, 2, 3, 4]
    assert 'href="/collections/"' in page


def test_pages_stand_on_what_was_last_known_while_postgresql_is_away(guest, monkeypatch):
    from django.db import OperationalError

    a_collection(lamps(1), show_on_home=True)
    guest.get("/collections/quiet-evenings/")
    guest.get("/")

    def away(*_):
        raise OperationalError("gone")

    monkeypatch.setattr(curated, "read_items", away)
    for held in (curated.COLLECTIONS, curated.FEATURED):
        monkeypatch.setattr(held, "_load", away)
    for path in ("page", "template.cache"):
        _drop(path)
    snapshot.forget_all()
    pages._memory.clear()
    assert titles(guest.get("/collections/quiet-evenings/")) == ["Lamp 00"]
    assert "Quiet evenings" in guest.get("/").content.decode()
    forget_keys()
    snapshot.forget_all()
    pages._memory.clear()
    assert guest.get("/collections/quiet-evenings/").status_code == 503
    assert guest.get("/").status_code == 200


def _drop(kind):
    from django.conf import settings

    from shopcloud.lib import redis

    for key in redis.store().scan_iter(match=f"{settings.REDIS_PREFIX}{kind}:*"):
        redis.store().delete(key)


def test_the_home_page_begins_with_what_staff_chose_and_else_with_what_says_so_itself(guest):
    own, first, second, later, draft = (*lamps(1, featured=True), *lamps(3), *lamps(1, status=Status.DRAFT))
    day = timedelta(days=1)
    assert own.product_id in [card.product_id for card in curated.featured(now=clock.now(), limit=24).cards]
    for place, (product, start) in enumerate([(draft, None), (second, None), (first, -day), (later, day)]):
        start = start and clock.now() + start
        row = FeaturedProduct(product_id=product.product_id, position=place, active_from=start)
        curating.save_featured(featured=row)
    tell()
    page = guest.get("/")
    assert titles(page)[:2] == ["Lamp 01", "Lamp 00"]
    assert own.path not in page.content.decode()
    with time_machine.travel(clock.now() + 2 * day, tick=False):
        assert len(curated.featured(now=clock.now(), limit=8).cards) == 3
        assert len(curated.featured(now=clock.now(), limit=2).cards) == 2
    curating.delete_featured(featured=FeaturedProduct.objects.all())
    tell()
    assert own.product_id in [card.product_id for card in curated.featured(now=clock.now(), limit=24).cards]


def test_what_is_over_takes_no_place_from_what_is_shown_or_will_be(monkeypatch):
    monkeypatch.setattr(curated, "MAX_FEATURED", 2)
    monkeypatch.setattr(curated, "MAX_SHOWN", 2)
    now, day = clock.now(), timedelta(days=1)
    over, planned = {"active_until": now - day}, {"active_from": now + day}
    for place, (product, dates) in enumerate(zip(lamps(4), (over, over, planned, {}), strict=True)):
        curating.save_featured(featured=FeaturedProduct(product_id=product.product_id, position=place, **dates))
        a_collection(slug=f"evening-{place}", title=f"Evening {place}", position=place, **dates)
    assert [card.title for card in curated.featured(now=now, limit=9).cards] == ["Lamp 03"]
    assert [shown.slug for shown in curated.collections(now=now)] == ["evening-3"]
    assert [card.title for card in curated.featured(now=now + 2 * day, limit=9).cards] == ["Lamp 02", "Lamp 03"]
    assert [shown.slug for shown in curated.collections(now=now + 2 * day)] == ["evening-2", "evening-3"]


def test_the_store_refuses_dates_and_prices_that_end_before_they_begin():
    for broken in (
        {"active_from": NOON, "active_until": NOON},
        {"min_price": 2, "max_price": 1},
        {"max_price": 10**13},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Collection.objects.create(**CHOSEN, **broken)
