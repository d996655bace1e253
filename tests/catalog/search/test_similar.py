"""What stands below a product, and what is offered to those who found nothing."""

import pytest

from catalog.search import tantivy_similar
from catalog.search.index import SearchRequest
from catalog.search.tantivy_index import TantivyIndex
from tests.catalog.search.conftest import SHOP, product


def of(product_id: str):
    return next(made for made in SHOP if made.product_id == product_id)


def like(index, product_id: str, limit: int = 5) -> list[str]:
    return [card.product_id for card in index.similar(of(product_id), limit=limit)]


def test_the_most_alike_of_the_same_shelf_come_first(shop):
    assert like(shop, "b1", limit=2) == ["b2", "b3"]


def test_a_short_shelf_is_filled_from_the_one_above(shop):
    assert like(shop, "s1") == ["s2"]


def test_a_product_is_never_like_itself_and_drafts_are_like_nothing(shop):
    assert like(shop, "l1") == ["l2"]


def test_nothing_is_like_anything_before_there_is_an_index(index):
    assert index.similar(of("b1"), limit=5) == []


def test_a_large_shelf_shows_the_same_kind_before_its_neighbours(index):
    shelf = [product(f"n{i}", f"Plain box {i}", "storage/boxes") for i in range(30)]
    twins = [product(f"t{i}", f"Cork hat box {i}", "storage/boxes", attributes={"m": "Cork"}) for i in range(4)]
    index.rebuild([*shelf, *twins])
    assert {card.product_id for card in index.similar(twins[0], limit=3)} == {"t1", "t2", "t3"}


def test_the_counts_of_categories_are_those_of_a_search_within_them(shop):
    counts = shop.category_counts()
    assert counts["lighting/table-lamps"] == 2
    for path, count in counts.items():
        assert count == shop.search(SearchRequest(category=path)).total, path


@pytest.mark.parametrize("text", ["boocase", "buokcasse", "bookshelv trousers jeans"])
def test_who_finds_nothing_is_offered_texts_that_find_something(shop, text):
    result = shop.search(SearchRequest(text=text))
    if result.total == 0:
        assert result.alternatives
    for other in result.alternatives:
        assert shop.search(SearchRequest(text=other)).total > 0


def test_two_typos_in_a_word_are_asked_about(shop):
    result = shop.search(SearchRequest(text="buokcasse"))
    assert (result.total, result.alternatives[0]) == (0, "bookcase")


def test_the_words_the_shop_knows_are_offered_alone(shop):
    result = shop.search(SearchRequest(text="sofa qwertz uiopue asdfgh"))
    assert (result.total, result.alternatives) == (0, ("sofa",))


def test_nothing_is_offered_where_only_the_filters_leave_nothing(shop):
    assert shop.search(SearchRequest(text="billy", category="sofas")).alternatives == ()


def test_a_large_shelf_is_looked_through_by_the_word_that_tells_the_product(tmp_path, monkeypatch):
    """With the word the hits are those without it, from fewer candidates."""
    index = TantivyIndex(str(tmp_path / "large"))
    shelf = [product(f"n{i}", f"Oak box {'cork' if i % 5 else 'wool'} {i}", "storage/boxes") for i in range(60)]
    index.rebuild(shelf)
    whole = [card.product_id for card in index.similar(shelf[0], limit=5)]
    monkeypatch.setattr(tantivy_similar, "COMMON", 10)
    assert [card.product_id for card in index.similar(shelf[0], limit=5)] == whole
    assert {int(found[1:]) % 5 for found in whole} == {0}
