"""The public furniture table in the real search, where it lies beside the repository."""

import pytest

from catalog.importing.importer import read_file
from catalog.search.index import SearchRequest
from catalog.search.tantivy_index import TantivyIndex

from .conftest import NOW


@pytest.fixture
def furniture_shop(shared_file, tmp_path):
    parsed = read_file(shared_file("ikea.csv"), mapping="ikea", now=NOW)
    index = TantivyIndex(str(tmp_path))
    assert index.rebuild(parsed.products.values()) == 2962
    return index


def test_billy_white_finds_white_billys_first(furniture_shop):
    result = furniture_shop.search(SearchRequest(text="billy white"))
    assert result.total == 30
    assert all("BILLY" in card.title for card in result.hits[:10])


def test_sofa_bed_finds_sofa_beds_first(furniture_shop):
    hits = furniture_shop.search(SearchRequest(text="sofa bed")).hits
    assert all("sofa-bed" in card.title.lower() for card in hits[:10])


def test_bokcase_means_bookcase(furniture_shop):
    result = furniture_shop.search(SearchRequest(text="bokcase"))
    assert result.corrected == "bookcase"
    assert all("bookcase" in card.title.lower() for card in result.hits[:10])


def test_each_category_count_is_what_choosing_it_gives(furniture_shop):
    for shelf in furniture_shop.search(SearchRequest(category="furniture")).facets.categories:
        assert furniture_shop.search(SearchRequest(category=shelf.value)).total == shelf.count
