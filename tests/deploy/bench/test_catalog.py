"""The catalog bench: its pages are where it says, its requests are spread, its plot can be read."""

import xml.etree.ElementTree as ET

import pytest

from catalog.domain import Freshness
from catalog.repository import products
from catalog.services import load_products
from deploy.bench import plot, synthetic
from deploy.bench.catalog import HEAD, Row
from deploy.bench.catalog_paths import catalog_paths, cursor_after, index_at, many_in
from deploy.bench.inside import counted
from deploy.bench.load import Load, start
from deploy.bench.paths import Path

SVG = "{http://www.w3.org/2000/svg}"
MANY = 240


@pytest.fixture
def loaded():
    load_products(products=list(synthetic.products(0, MANY)))
    yield
    from tests.deploy.bench.test_loading import _delete

    _delete(synthetic.product_id(n) for n in range(MANY))


@pytest.mark.parametrize("category", ["kitchen/serving/mug", "kitchen"])
def test_a_computed_cursor_opens_the_page_behind_its_product(loaded, category):
    position = many_in(category, MANY) // 2
    page = products().in_category(category, cursor=cursor_after(category, position), limit=3)
    wanted = [synthetic.product_id(index_at(category, position + step)) for step in (1, 2, 3)]
    assert [card.product_id for card in page.cards] == wanted


@pytest.mark.parametrize("category", ["kitchen/serving/mug", "garden/pots", "lights"])
def test_positions_in_a_category_are_those_of_its_products(category):
    inside = [n for n in range(MANY) if synthetic.product(n).category.startswith(category)]
    assert [index_at(category, position) for position in range(many_in(category, MANY))] == inside


def test_cold_paths_ask_for_many_different_pages():
    paths = {path.name: path.requests for path in catalog_paths(10_000, session="abc")}
    assert len(set(paths["product page, cold"])) == 10_000
    for name, requests in paths.items():
        if "cold" in name or "another" in name:
            assert len(set(requests)) == len(requests) > 200
    assert b"Cookie: sessionid=abc\r\n" in paths["admin product list"][0]


def test_connections_and_runs_begin_at_places_of_their_own():
    assert sorted(start(400, number, 40) for number in range(40)) == list(range(0, 400, 10))
    assert [start(3, number, 40) for number in range(3)] == [0, 1, 2]


def test_calls_of_the_stores_are_counted():
    with counted() as seen:
        products().get(synthetic.product_id(1), freshness=Freshness.STRONG)
    assert seen["dynamo"] == 1
    assert seen["redis"] >= 1


def test_a_row_holds_a_path_against_the_smallest_size_and_the_bare_view():
    load = Load(rate=50.0, p50=1.0, p95=2.0, p99=3.0, unexpected=0)
    row = Row(Path("first", [], 0.5), 1_000, load, 60.0, 100.0, {"sql": 0, "redis": 1.5, "dynamo": 1})
    assert row.line() == "| first | 1,000 | 50 | 1.20 | 0.50 | 0.50 | 1.0 | 2.0 | 3.0 | 0 | 0 | 1.5 | 1 |"
    assert {line.count("|") for line in (*HEAD, row.line())} == {14}


def test_the_plot_names_each_path_and_sinks_with_the_latency():
    drawn = plot.latencies({"product & page": {10: 2.0, 1_000: 40.0}, "search": {10: 9.0}}, title="p95")
    root = ET.fromstring(drawn)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"product & page", "search", "10", "1,000", "ms"} <= set(texts)
    fast, slow, _search = [float(dot.get("cy")) for dot in root.iter(f"{SVG}circle")]
    assert slow < fast
    assert "prefers-color-scheme:dark" in drawn


def test_one_size_and_equal_latencies_can_be_drawn():
    assert ET.fromstring(plot.latencies({"a": {10: 5.0}, "b": {10: 5.0}}, title="p95")).findall(f"{SVG}polyline")
