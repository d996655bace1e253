import pytest

from tests.catalog.search.engines import show


@pytest.mark.parametrize("text", ["boo", "bookc", "bokca", "BOOKCASE", "tall boo"])
def test_what_is_being_typed_finds_products(shop, text):
    assert "/p/item-b3-b3/" in {s.path for s in shop.suggest(text)}


def test_categories_come_first_with_their_page(shop):
    first = shop.suggest("table la")[0]
    assert (first.text, first.path, first.kind) == ("Table lamps", "/c/lighting/table-lamps/", "category")


def test_words_met_exactly_come_before_typos(shop):
    products = [s.text for s in shop.suggest("sofa") if s.kind == "product"]
    assert set(products) == {"Frej sofa bed", "Garden sofa"}


def test_at_most_the_limit_is_given(shop):
    assert len(shop.suggest("lamp", limit=1)) == 1
    assert shop.suggest("", limit=5) == []


def test_drafts_are_not_suggested(shop):
    assert shop.suggest("secret") == []


def test_a_category_is_offered_by_its_name_only_while_it_has_products(shop, index):
    assert [s.path for s in shop.suggest("outd") if s.kind == "category"] == ["/c/sofas/outdoor/"]
    shop.delete(["s2"])
    show(shop)
    assert [s for s in shop.suggest("outd") if s.kind == "category"] == []
