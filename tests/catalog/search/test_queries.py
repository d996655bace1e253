"""Sixty things shoppers type, against the demo catalog and the public furniture table together."""

import re
import tomllib
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.domain import Product
from catalog.importing.importer import read_file
from catalog.search.index import SearchRequest
from shopcloud.wiring.demo.goods import Goods, product_of, read_goods

from .engines import ENGINES, an_index

HERE = Path(__file__)
REPOSITORY = HERE.parents[3]
FURNITURE = REPOSITORY.parent / "shared" / "data" / "ikea.csv"
QUERIES = tomllib.loads(HERE.with_name("queries.toml").read_text())["query"]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOP = 3
AT_LEAST = 55


class _NoFiles:
    """The goods without their pictures, which no search reads."""

    image = model = staticmethod(lambda *_: None)
    download = staticmethod(lambda _: "")


def _demo_goods(goods: Goods) -> list[Product]:
    bare = [{**p, "images": [], "variants": [{**v, "image": None} for v in p["variants"]]} for p in goods.products]
    return [product_of({**p, "model": None, "digital_file": None}, rank, _NoFiles, NOW) for rank, p in enumerate(bare)]


@pytest.fixture(scope="module", params=ENGINES)
def large_shop(request, tmp_path_factory):
    """The index, and every product by its id."""
    if not FURNITURE.exists():
        pytest.skip("ikea.csv is not in ../shared/data beside the repository")
    goods = read_goods(REPOSITORY / "deploy" / "demo")
    names = {c["path"]: " ".join([c["name"], *c.get("names", {}).values()]) for c in goods.categories}
    products = read_file(FURNITURE, mapping="ikea", now=NOW).products | {p.product_id: p for p in _demo_goods(goods)}
    folder = tmp_path_factory.mktemp("large")
    with an_index(request.param, folder, names_of=lambda path: names.get(path, path)) as index:
        index.rebuild(products.values())
        yield index, products


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def _satisfies(product: Product, query: dict) -> bool:
    options = [value for v in product.variants for value in v.options.values()]
    whole = _folded(" ".join([product.title, product.brand, product.category, *product.attributes.values(), *options]))
    return all(
        [re.search(query["title"], _folded(product.title)), *(re.search(p, whole) for p in query.get("has", ()))]
    )


def test_there_are_sixty_different_queries():
    assert len({query["text"] for query in QUERIES}) == 60


def test_shoppers_find_what_they_mean_among_the_first_three(large_shop):
    index, products = large_shop
    missed = {}
    for query in QUERIES:
        hits = index.search(SearchRequest(text=query["text"], page_size=TOP)).hits
        if not any(_satisfies(products[card.product_id], query) for card in hits):
            missed[query["text"]] = [card.title for card in hits]
    assert len(QUERIES) - len(missed) >= AT_LEAST, missed


def test_a_code_finds_its_product_before_all_others(large_shop):
    index, products = large_shop
    sample = sorted(products.values(), key=lambda product: product.product_id)[::40]
    for code, product in ((c, p) for p in sample for v in p.variants for c in (v.sku, v.barcode) if c):
        assert index.search(SearchRequest(text=code)).hits[0].product_id == product.product_id, code
