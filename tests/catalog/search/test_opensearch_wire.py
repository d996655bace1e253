"""What goes over the wire to OpenSearch and how its answers are read, as recorded from a real cluster."""

import hashlib
import json
import urllib.request
from dataclasses import replace

import pytest

from catalog.domain import MAX_PRICE
from catalog.search import opensearch_store
from catalog.search.index import SearchRequest
from catalog.search.opensearch_index import OpenSearchIndex
from shopcloud.lib.resilience import breaker

from .conftest import SHOP
from .engines import CLUSTER
from .wire import RECORDING, Wire, played

ALIAS = "wire"
VERBS = ("index", "delete")


@pytest.fixture(autouse=True)
def a_known_generation(monkeypatch):
    breaker("search").close()
    if RECORDING:
        _clear()
        monkeypatch.setattr(opensearch_store, "_fresh_name", lambda alias: f"{alias}-fresh")
        OpenSearchIndex(f"{CLUSTER}/{ALIAS}").rebuild(SHOP)
    monkeypatch.setattr(opensearch_store, "_fresh_name", lambda alias: f"{alias}-fresher")
    yield
    if RECORDING:
        _clear()


def _clear() -> None:
    urllib.request.urlopen(urllib.request.Request(f"{CLUSTER}/{ALIAS}*", method="DELETE")).close()


@pytest.fixture
def wire(request):
    """The recording that bears the test's name."""
    with played(request.node.name.removeprefix("test_")) as playing:
        yield playing


@pytest.fixture
def index(wire) -> OpenSearchIndex:
    return OpenSearchIndex(wire.url)


def said(wire: Wire) -> list[str]:
    return [f"{request['method']} {request['path'].partition('?')[0]}" for request in wire.requests]


def test_a_search_is_one_round_trip_with_its_facets(index, wire):
    asked = SearchRequest(text="bookcase", brands=("Norrvik",), min_price=5000, rating=3, sort="price", page_size=1)
    result = index.search(asked)
    assert said(wire) == ["POST /_msearch"]
    header, body = wire.requests[0]["body"]
    assert header == {"index": "wire", "allow_partial_search_results": False}
    assert body["post_filter"]["bool"]["filter"] == [
        {"terms": {"brand": ["Norrvik"]}},
        {"range": {"price_usd": {"gte": 5000, "lte": MAX_PRICE}}},
        {"range": {"rating": {"gte": 30}}},
    ]
    assert body["aggs"]["brands"]["filter"]["bool"]["filter"] == body["post_filter"]["bool"]["filter"][1:]
    assert (result.total, result.pages, [card.product_id for card in result.hits]) == (2, 2, ["b1"])
    assert [(b.value, b.count, b.selected) for b in result.facets.brands] == [("Norrvik", 2, True)]
    assert [(r.value, r.count) for r in result.facets.ratings] == [("4", 1), ("3", 2), ("2", 2)]


def test_attributes_are_counted_in_the_same_round_trip(index, wire):
    asked = SearchRequest(
        text="lamp", attributes=(("material", ("Brass", "Steel")),), offered=("Material", "colour"), in_stock=True
    )
    result = index.search(asked)
    assert said(wire) == ["POST /_msearch"]
    (_, body) = wire.requests[0]["body"]
    assert body["post_filter"]["bool"]["filter"] == [
        {"range": {"in_stock": {"gte": 1}}},
        {"terms": {"facts": ["material:Brass", "material:Steel"]}},
    ]
    assert {name for name in body["aggs"] if name.startswith("attributes")} == {"attributes", "attributes:material"}
    assert body["aggs"]["attributes:material"]["filter"]["bool"]["filter"] == [{"range": {"in_stock": {"gte": 1}}}]
    assert (result.total, [card.product_id for card in result.hits]) == (1, ["l1"])
    (facet,) = result.facets.attributes
    assert (facet.name, [(v.value, v.count, v.selected) for v in facet.values]) == ("Material", [("Brass", 1, True)])


def test_a_category_without_a_text_narrows_what_is_counted(index, wire):
    result = index.search(SearchRequest(category="sofas", in_stock=True))
    (_, body) = wire.requests[0]["body"]
    assert body["query"]["bool"] == {
        "must": [{"match_all": {}}],
        "filter": [{"terms": {"status": ["active"]}}, {"term": {"category": {"value": "sofas"}}}],
    }
    assert body["sort"] == [{"rank": "asc"}, {"product_id": "asc"}]
    assert {card.product_id for card in result.hits} == {"s1", "s2"}
    assert {c.value for c in result.facets.categories} == {"sofas/sofa-beds", "sofas/outdoor"}
    assert body["aggs"]["categories"] == {
        "filter": {"bool": {"filter": [{"range": {"in_stock": {"gte": 1}}}]}},
        "aggs": {"values": {"terms": {"field": "level2", "size": 100}}},
    }
    # Ranges are never at the top, where several of them together break the engine.
    assert all("range" not in aggregation for aggregation in body["aggs"].values())


def test_a_page_deeper_than_any_engine_reads_only_counts(index, wire):
    result = index.search(SearchRequest(page=10**9))
    (_, body) = wire.requests[0]["body"]
    assert (body["from"], body["size"], result.total, result.hits) == (0, 0, 7, ())


def test_a_typo_costs_one_round_trip_more(index, wire):
    result = index.search(SearchRequest(text="bokcase"))
    assert said(wire) == ["POST /_msearch"] * 2
    assert (result.total, result.corrected) == (3, "bookcase")


def test_who_finds_nothing_is_offered_more_in_four_round_trips(index, wire):
    result = index.search(SearchRequest(text="buokcasse"))
    assert said(wire) == ["POST /_msearch"] * 4
    assert (result.total, result.alternatives) == (0, ("bookcase", "bookcases"))


def test_suggestions_are_one_round_trip(index, wire):
    found = [(s.kind, s.text, s.path) for s in index.suggest("table la", limit=3)]
    assert said(wire) == ["POST /_msearch"]
    assert found[0] == ("category", "Table lamps", "/c/lighting/table-lamps/")
    assert {kind for kind, *_ in found[1:]} == {"product"}
    assert len(found) == 3


def test_products_alike_are_one_round_trip(index, wire):
    assert [card.product_id for card in index.similar(SHOP[0], limit=2)] == ["b2", "b3"]
    assert said(wire) == ["POST /_msearch"]


def test_the_counts_of_all_categories_are_one_round_trip(index, wire):
    assert index.category_counts()["lighting/table-lamps"] == 2
    assert said(wire) == ["POST /_msearch"]


def test_staff_turn_the_page_with_the_last_change(index, wire):
    first = index.list_for_staff(status="active", limit=5)
    rest = index.list_for_staff(status="active", after=first.next, limit=5)
    assert len({card.product_id for card in (*first.cards, *rest.cards)}) == 7
    assert rest.next is None
    assert wire.requests[1]["body"][1]["query"]["bool"]["filter"][1] == {"range": {"changed": {"lt": int(first.next)}}}


def test_a_late_change_is_refused_by_its_version_and_that_is_no_error(index, wire):
    index.update([replace(SHOP[0], version=7)])
    index.update([replace(SHOP[0], version=6)])
    action, document = wire.requests[-1]["body"]
    assert action == {"index": {"_id": "b1", "_index": "wire", "version": 6, "version_type": "external_gte"}}
    assert (document["title"], document["typed_title"], document["level2"]) == (
        "Billy bookcase, white",
        ["Billy bookcase, white"],
        "storage/bookcases",
    )
    assert wire.requests[-1]["path"] == "/_bulk?require_alias=true"


def test_a_product_that_is_gone_leaves_without_a_version(index, wire):
    index.delete(["b1", "unknown"])
    assert wire.requests[-1]["body"] == [
        {"delete": {"_id": "b1", "_index": "wire"}},
        {"delete": {"_id": "unknown", "_index": "wire"}},
    ]


def test_a_rebuild_fills_a_generation_and_swaps_in_one_step(index, wire):
    assert index.rebuild(SHOP) == 9
    assert said(wire) == [
        "GET /_alias/wire,wire-next",
        "PUT /wire-fresher",
        "POST /_aliases",
        "POST /_bulk",
        "PUT /wire-fresher/_settings",
        "POST /wire-fresher/_refresh",
        "POST /wire-fresher/_count",
        "GET /_alias/wire,wire-next",
        "POST /_aliases",
    ]
    assert wire.requests[-1]["body"] == [
        {
            "actions": [
                {"add": {"index": "wire-fresher", "alias": "wire"}},
                {"remove": {"index": "wire-fresher", "alias": "wire-next"}},
                {"remove_index": {"index": "wire-fresh"}},
            ]
        }
    ]


def test_a_change_during_a_rebuild_goes_to_both_generations(index, wire):
    def catalog():
        yield SHOP[0]
        index.update([SHOP[1]])
        index.delete(["s1"])

    index.rebuild(catalog())
    written = [line for request in wire.requests if "_bulk" in request["path"] for line in request["body"]]
    targets = [
        (verb, told["_id"], told["_index"], told.get("version_type"))
        for line in written
        for verb, told in line.items()
        if verb in VERBS
    ]
    assert targets == [
        ("index", "b2", "wire-next", "external_gte"),
        ("index", "b2", "wire", "external_gte"),
        ("delete", "s1", "wire-next", None),
        ("delete", "s1", "wire", None),
        # What the rebuild read gives way to changes of the same version.
        ("index", "b1", "wire-next", "external"),
    ]


def test_an_index_that_was_never_made_is_empty(wire):
    nowhere = OpenSearchIndex(wire.url.replace("/wire", "/nowhere"))
    assert nowhere.search(SearchRequest(text="lamp")).total == 0
    assert not nowhere.is_whole()
    nowhere.ping()


def test_the_edition_is_raised_with_the_schema():
    """Or else an index of the release before would be kept, without the new fields."""
    content = json.dumps(opensearch_store.SCHEMA, sort_keys=True).encode()
    assert (opensearch_store.EDITION, hashlib.sha256(content).hexdigest()[:12]) == (4, "519a3c497a2e")


def test_products_with_many_codes_are_one_round_trip(index, wire):
    assert sorted(index.with_codes(["LAMP-01", "4006381333931", "NOT-THERE"])) == ["l1", "s2"]
    assert said(wire) == ["POST /_msearch"]
