"""A cluster that is away, slow, busy or wrong: the shop hears so at once and goes on."""

import base64
import time
from collections.abc import Callable

import pytest
from django.test import Client

from catalog.search import opensearch_client, opensearch_store
from catalog.search.index import SearchRequest, SearchUnavailable, search_index
from catalog.search.opensearch_index import OpenSearchIndex
from shopcloud.lib.resilience import FAILURES, breaker

from .conftest import SHOP
from .wire import serving

WELL = {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": [], "total": {"value": 0}}}
BUSY = {"error": {"type": "opensearch_rejected_execution_exception", "reason": "queue is full"}, "status": 429}
ALIASES = {"wire-first": {"aliases": {"wire": {}}}}


@pytest.fixture(autouse=True)
def closed_circuit():
    breaker("search").close()
    yield
    breaker("search").close()


def asked(index: OpenSearchIndex) -> dict[str, Callable[[], object]]:
    """Everything a page or a worker may ask of the index, by its name."""
    return {
        "search": lambda: index.search(SearchRequest(text="lamp")),
        "suggest": lambda: index.suggest("lamp"),
        "similar": lambda: index.similar(SHOP[0], limit=3),
        "category_counts": index.category_counts,
        "list_for_staff": index.list_for_staff,
        "update": lambda: index.update(SHOP[:1]),
        "delete": lambda: index.delete(["b1"]),
        "rebuild": lambda: index.rebuild(SHOP),
        "ping": index.ping,
    }


NAMES = tuple(asked(OpenSearchIndex("http://127.0.0.1:9/wire")))


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503, 504])
@pytest.mark.parametrize("name", NAMES)
def test_a_cluster_that_refuses_is_unavailable(name, status):
    with serving(lambda _: (status, {"error": {"type": "some_exception", "reason": "no"}, "status": status})) as wire:
        with pytest.raises(SearchUnavailable):
            asked(OpenSearchIndex(wire.url))[name]()
        assert wire.requests


@pytest.mark.parametrize("name", NAMES)
def test_a_cluster_that_is_away_is_unavailable(name):
    with pytest.raises(SearchUnavailable):
        asked(OpenSearchIndex("http://127.0.0.1:9/wire"))[name]()


@pytest.mark.parametrize("part", [BUSY, {**WELL, "timed_out": True}, {**WELL, "_shards": {"failed": 1}}])
def test_part_of_an_answer_is_no_answer(part):
    with serving(lambda _: (200, {"responses": [part]})) as wire, pytest.raises(SearchUnavailable):
        OpenSearchIndex(wire.url).search(SearchRequest())


def test_what_is_no_json_is_no_answer():
    with serving(lambda _: (200, b"<html>gateway</html>")) as wire, pytest.raises(SearchUnavailable):
        OpenSearchIndex(wire.url).search(SearchRequest())


def test_a_search_waits_a_second_at_most_and_is_not_repeated(monkeypatch):
    monkeypatch.setattr(opensearch_client, "SEARCH_SECONDS", 0.2)
    with serving(lambda _: (time.sleep(0.6), (200, {"responses": [WELL]}))[1]) as wire:
        started = time.monotonic()
        with pytest.raises(SearchUnavailable):
            OpenSearchIndex(wire.url).search(SearchRequest())
        assert time.monotonic() - started < 0.5
        time.sleep(0.5)
        assert len(wire.requests) == 1


def test_the_cluster_is_told_to_stop_before_the_page_gives_up():
    with serving(lambda _: (503, {})) as wire, pytest.raises(SearchUnavailable):
        OpenSearchIndex(wire.url).search(SearchRequest())
    assert wire.requests[0]["body"][1]["timeout"] == "800ms"
    assert opensearch_client.ENGINE_MS / 1000 < opensearch_client.SEARCH_SECONDS


def test_after_some_failures_the_cluster_is_left_alone():
    with serving(lambda _: (503, {"error": {"type": "x"}, "status": 503})) as wire:
        index = OpenSearchIndex(wire.url)
        for _ in range(FAILURES + 3):
            with pytest.raises(SearchUnavailable):
                index.search(SearchRequest())
        assert len(wire.requests) == FAILURES


def test_a_refusal_does_not_open_the_circuit():
    with serving(lambda _: (400, {"error": {"type": "parsing_exception"}, "status": 400})) as wire:
        index = OpenSearchIndex(wire.url)
        for _ in range(FAILURES + 3):
            with pytest.raises(SearchUnavailable):
                index.search(SearchRequest())
        assert len(wire.requests) == FAILURES + 3


def test_a_catalog_that_fails_half_way_does_not_count_against_the_cluster():
    def broken():
        yield SHOP[0]
        raise RuntimeError("the catalog went away")

    with serving(lambda request: (200, ALIASES if request["method"] == "GET" else {"acknowledged": True})) as wire:
        index = OpenSearchIndex(wire.url)
        for _ in range(FAILURES + 1):
            with pytest.raises(RuntimeError):
                index.rebuild(broken())
        # Each has taken back the generation it had begun.
        assert [request["method"] for request in wire.requests].count("DELETE") == FAILURES + 1


def bulk_item(status: int, error: str = "") -> dict:
    told = {"_index": "wire-first", "_id": "b1", "status": status}
    return {"index": told | ({"error": {"type": error, "reason": "no"}} if error else {"result": "updated"})}


def writing(*items: dict):
    """A cluster that answers one write after the other with `items`, the last of them for ever."""
    left = list(items)

    def answer(request):
        if request["method"] == "GET":
            return 200, ALIASES
        item = left.pop(0) if len(left) > 1 else left[0]
        return 200, {"took": 1, "errors": True, "items": [item]}

    return serving(answer)


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(opensearch_store, "FIRST_WAIT", 0)


def test_a_busy_cluster_is_written_to_again(impatient):
    with writing(bulk_item(429, "rejected_execution_exception"), bulk_item(200)) as wire:
        OpenSearchIndex(wire.url).update(SHOP[:1])
        assert [request["path"] for request in wire.requests[1:]] == ["/_bulk?require_alias=true"] * 2


def test_a_cluster_that_stays_busy_fails_the_change_so_that_its_task_is_repeated(impatient):
    with writing(bulk_item(429, "rejected_execution_exception")) as wire:
        with pytest.raises(SearchUnavailable):
            OpenSearchIndex(wire.url).update(SHOP[:1])
        assert len(wire.requests) == 1 + 1 + opensearch_store.RETRIES


def test_an_older_version_is_no_failure():
    with writing(bulk_item(409, "version_conflict_engine_exception")) as wire:
        OpenSearchIndex(wire.url).update(SHOP[:1])


def test_a_change_made_while_a_rebuild_ends_is_in_the_index_that_goes_live():
    behind, written = {"wire": "wire-old", "wire-next": "wire-new"}, []

    def answer(request):
        if request["method"] == "GET":
            return 200, {index: {"aliases": {alias: {}}} for alias, index in behind.items()}
        index = behind.get(request["body"][0]["index"]["_index"])
        written.append(index)
        behind.clear()
        behind["wire"] = "wire-new"
        return 200, {"items": [bulk_item(200) if index else bulk_item(404, "index_not_found_exception")]}

    with serving(answer) as wire:
        OpenSearchIndex(wire.url).update(SHOP[:1])
    assert "wire-new" in written


@pytest.mark.parametrize("item", [bulk_item(400, "mapper_parsing_exception"), bulk_item(503, "unavailable_shards")])
def test_a_product_that_was_not_written_fails_the_change(item):
    with writing(item) as wire, pytest.raises(SearchUnavailable):
        OpenSearchIndex(wire.url).update(SHOP[:1])


def test_an_index_is_not_made_anew_because_its_cluster_is_away():
    assert OpenSearchIndex("http://127.0.0.1:9/wire").is_whole()
    with serving(lambda _: (404, {})) as wire:
        assert not OpenSearchIndex(wire.url).is_whole()


def test_the_user_in_the_address_signs_in():
    with serving(lambda _: (200, {"responses": [WELL]})) as wire:
        url = wire.url.replace("http://", "http://shop:se%40cret@")
        OpenSearchIndex(url).ping()
    kind, sent = wire.headers[0]["authorization"].split()
    assert (kind, base64.b64decode(sent)) == ("Basic", b"shop:se@cret")


def test_a_domain_of_amazons_is_asked_with_a_signature():
    signer = opensearch_client._credentials("search-shop.eu-central-1.es.amazonaws.com", None, None)
    headers = signer("POST", "https://search-shop.eu-central-1.es.amazonaws.com/_msearch", b"{}")
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=")
    assert opensearch_client._credentials("search.example.com", None, None) is None


@pytest.mark.django_db
def test_the_shop_tells_of_a_cluster_that_is_away_and_goes_on(settings):
    settings.SEARCH_URL = "http://127.0.0.1:9/catalog"
    search_index.cache_clear()
    try:
        ready = Client().get("/readyz")
        assert ready.json()["tiers"]["search"] == {"ok": False, "error": "SearchUnavailable"}
        assert ready.status_code == 200
        assert Client().get("/search/?q=lamp").status_code == 503
        assert Client().get("/").status_code == 200
    finally:
        search_index.cache_clear()
