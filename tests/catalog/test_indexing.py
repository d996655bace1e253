"""The search index follows the catalog, on the real stores."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import translation

from catalog import queries, services, tasks
from catalog.domain import Status
from catalog.dynamo.client import writer
from catalog.dynamo.products import DynamoProducts
from catalog.repository import CatalogUnavailable, products
from catalog.search import indexing, tantivy_store
from catalog.search.index import SearchRequest, SearchUnavailable, search_index
from shopcloud.celery import app
from shopcloud.lib import redis

from .factories import NOON, a_category, a_product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def always_look(monkeypatch):
    monkeypatch.setattr(tantivy_store, "LOOK_SECONDS", 0.0)


@pytest.fixture
def index():
    indexing.index_everything()
    return search_index()


def found(word: str) -> set[str]:
    return {card.product_id for card in queries.search(SearchRequest(text=word)).hits}


def test_a_new_product_is_found_after_its_task(index):
    made = services.create_product(product=a_product(title="Zwirbel lamp"), now=NOON)
    tasks.index_products([made.product_id])
    assert found("zwirbel") == {made.product_id}


def test_an_archived_product_is_found_by_staff_alone(index):
    made = services.create_product(product=a_product(title="Quabbel lamp"), now=NOON)
    services.archive_product(product_id=made.product_id, expected_version=made.version, now=NOON)
    tasks.index_products([made.product_id])
    assert found("quabbel") == set()
    page = queries.list_for_staff(text="quabbel", status=Status.ARCHIVED)
    assert [card.product_id for card in page.cards] == [made.product_id]


def test_a_product_that_is_gone_leaves_the_index(index):
    ghost = a_product(title="Ghost lamp Ektoplasm")
    index.update([ghost])
    tasks.index_products([ghost.product_id])
    assert found("ektoplasm") == set()


def test_reindexing_finds_every_product_again(index, capsys):
    made = [services.create_product(product=a_product(title="Flirr lamp"), now=NOON) for _ in range(5)]
    call_command("reindex_catalog")
    assert found("flirr") == {p.product_id for p in made}
    assert "products indexed" in capsys.readouterr().out


def test_a_rebuild_reads_all_parts_at_once_beside_the_live_index_and_tells_how_far_it_is(index, monkeypatch, capsys):
    made = [services.create_product(product=a_product(title="Surren lamp"), now=NOON) for _ in range(8)]
    together, before = threading.Barrier(4), []
    scan = type(products()).scan_segments

    def scan_together(self, segment, total):
        # Passed only if every part is being read at the same time.
        together.wait(timeout=10)
        before.append(found("surren"))
        yield from scan(self, segment, total)

    monkeypatch.setattr(type(products()), "scan_segments", scan_together)
    monkeypatch.setattr(indexing, "TOLD_EVERY", 4)
    monkeypatch.setattr(settings, "DYNAMODB_SCAN_SEGMENTS", 4)
    call_command("reindex_catalog")
    assert before == [set()] * 4
    assert found("surren") == {p.product_id for p in made}
    assert "8 products read" in capsys.readouterr().out


def test_a_lost_index_is_healed_from_the_whole_catalog(index):
    made = services.create_product(product=a_product(title="Knister lamp"), now=NOON)
    shutil.rmtree(Path(urlsplit(settings.SEARCH_URL).path))
    with pytest.raises(SearchUnavailable):
        queries.ping_search()
    tasks.heal_search_index()
    assert found("knister") == {made.product_id}
    queries.ping_search()
    assert indexing.heal() is False


def test_the_first_change_after_a_loss_brings_all_products_back(index):
    made = [services.create_product(product=a_product(title="Wabern lamp"), now=NOON) for _ in range(2)]
    shutil.rmtree(Path(urlsplit(settings.SEARCH_URL).path))
    tasks.index_products([made[0].product_id])
    assert found("wabern") == {p.product_id for p in made}


def test_a_catalog_that_fails_half_way_leaves_the_live_index(index, monkeypatch):
    before = index.search(SearchRequest()).total

    def fail(segment, total):
        yield a_product()
        raise CatalogUnavailable

    monkeypatch.setattr(type(products()), "scan_segments", lambda self, segment, total: fail(segment, total))
    with pytest.raises(CommandError, match="left as it was"):
        call_command("reindex_catalog")
    assert index.search(SearchRequest()).total == before


def test_categories_are_searched_and_shown_by_their_names_in_each_language(index):
    services.save_categories(categories=[a_category("glimmer", "Glimmers", names={"de": "Funkelware"})])
    made = services.create_product(product=a_product(category="glimmer", title="Plain thing"), now=NOON)
    tasks.index_products([made.product_id])
    assert found("funkelware") == {made.product_id}
    for language, name in (("en", "Glimmers"), ("de", "Funkelware")):
        with translation.override(language):
            result = queries.search(SearchRequest(text="funkelware"))
            assert [c.label for c in result.facets.categories] == [name]
            assert queries.suggest("funkel")[0].text == name


@pytest.fixture
def search_at(settings):
    """The index that an address of `SEARCH_URL` names."""

    def look(url: str):
        settings.SEARCH_URL = url
        search_index.cache_clear()
        return search_index()

    yield look
    search_index.cache_clear()


def test_the_address_chooses_the_engine(search_at):
    assert type(search_at("tantivy:///tmp/nowhere")).__name__ == "TantivyIndex"
    index = search_at("https://shop:secret@search.example.com/catalog")
    assert (type(index).__name__, index.generations.live) == ("OpenSearchIndex", "catalog")


@pytest.mark.parametrize(
    "url", ["https://search.example.com", "https://s.example/a/b", "https://s.example/A", "tantivy://"]
)
def test_an_address_that_names_no_index_is_refused_with_what_to_set_instead(search_at, url):
    with pytest.raises(ImproperlyConfigured, match=r"tantivy:///.*https://"):
        search_at(url)


def test_availability_reaches_the_facet(index):
    made = services.create_product(product=a_product(title="Murmel lamp"), now=NOON)
    for variant in made.variants:
        services.mark_availability(product_id=made.product_id, sku=variant.sku, in_stock=False)
    tasks.index_products([made.product_id])
    assert queries.search(SearchRequest(text="murmel", in_stock=True)).total == 0
    assert queries.search(SearchRequest(text="murmel")).total == 1


def test_a_task_that_may_make_the_index_anew_has_the_time_for_a_million_products():
    # At a thousand a second, half of what a quiet machine does.
    for task in (tasks.index_products, tasks.heal_search_index):
        assert 1_000 < task.soft_time_limit < task.time_limit


def test_only_what_writes_to_the_index_waits_for_its_one_consumer():
    names = [name for name in app.tasks if name.startswith("catalog.tasks.")]
    queues = {name.rpartition(".")[2]: app.amqp.router.route({}, name)["queue"].name for name in names}
    writers = {"index_products", "heal_search_index", "reindex_products"}
    assert {name for name, queue in queues.items() if queue == "search"} == writers
    assert {queues[name] for name in queues.keys() - writers} == {"default"}


def test_what_another_region_saved_is_shown_as_soon_as_it_is_found(index):
    looked_at, unseen = (services.create_product(product=a_product(), now=NOON) for _ in range(2))
    there = DynamoProducts(writer())
    products().forget(unseen.product_id)
    for product in (looked_at, unseen):
        queries.product(looked_at.product_id)
        there.put(replace(product, title="Renamed there"), expected_version=1)
    tasks.index_products([looked_at.product_id, unseen.product_id])
    assert queries.product(looked_at.product_id).title == "Renamed there"
    # A whole catalog that is indexed must not fill Redis.
    assert not redis.store().exists(redis.key("product", unseen.product_id))
