import unicodedata

import pytest

from catalog.search.index import SearchRequest
from catalog.search.typos import begins_with, one_typo_apart

from .conftest import product


def found(shop, text: str, **request) -> list[str]:
    return [card.product_id for card in shop.search(SearchRequest(text=text, **request)).hits]


def test_all_words_are_required_where_a_product_has_them_all(shop):
    assert found(shop, "billy white") == ["b1"]


def test_the_title_weighs_more_than_the_description(shop):
    assert found(shop, "white bookcase") == ["b1", "b3"]


@pytest.mark.parametrize("text", ["bokcase", "boookcase", "bookcaes", "bookcace"])
def test_one_typo_is_forgiven_and_told(shop, text):
    result = shop.search(SearchRequest(text=text))
    assert {card.product_id for card in result.hits} == {"b1", "b2", "b3"}
    assert result.corrected == "bookcase"


def test_a_word_spelled_right_is_not_corrected(shop):
    assert shop.search(SearchRequest(text="bookcases")).corrected == ""


def test_plurals_and_accents_do_not_matter(shop):
    assert found(shop, "CAFE lamps") == ["l1"]
    assert found(shop, "alvik sofas") == ["s2"]


def test_a_text_is_found_however_its_letters_were_composed(index):
    """As macOS and PDFs write them, and with soft hyphens, on either side."""
    parted, whole = unicodedata.normalize("NFD", "Bücherregal Åsa"), "Bücherregal Åsa"
    made = {"brand": parted.split()[1], "attributes": {"Größe": "Höhe"}, "translations": {"de": {"title": parted}}}
    index.rebuild([product("p1", parted, "a"), product("p2", "Bü\u00adcher\u00adregal Åsa", "a", **made)])
    for text in (whole, parted, "Bü\u00adcherregal", "bucherregal"):
        asked = SearchRequest(text=text, language="de")
        assert (index.search(asked).total, index.search(asked).corrected) == (2, "")
        assert len(index.suggest(text)) == 2
    for brand in whole.split()[1], parted.split()[1]:
        assert found(index, "", brands=(brand,)) == ["p2"]
    for name, value in (("Größe", "Höhe"), [unicodedata.normalize("NFD", said) for said in ("Größe", "Höhe")]):
        assert found(index, "", attributes=((name, (value,)),)) == ["p2"]


def test_most_words_are_enough_where_no_product_has_all(shop):
    result = shop.search(SearchRequest(text="sofa bed trousers"))
    assert next(card.product_id for card in result.hits) == "s1"
    assert result.corrected == "sofa bed"


def test_little_words_are_not_asked_for(shop):
    assert found(shop, "a lamp for the desk") == ["l2"]


def test_attributes_are_searched(shop):
    assert found(shop, "brass") == ["l1"]


def test_a_sku_or_a_barcode_finds_its_product_first(shop):
    assert found(shop, " lamp-01 ")[0] == "l1"
    assert found(shop, "4006381333931") == ["s2"]


def test_drafts_and_archived_products_are_not_found_by_shoppers(shop):
    assert found(shop, "lamp") == ["l1", "l2"] or found(shop, "lamp") == ["l2", "l1"]
    assert found(shop, "secret") == []


def test_narrowing_never_changes_what_a_text_means(shop):
    assert found(shop, "billy", category="sofas") == []


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "((",
        "a AND",
        "NOT OR AND",
        "title:billy",
        "*",
        "billy\x00white",
        "😀",
        "\\",
        "x" * 5000,
        "+-!{}[]^~?:/",
        "\ud800",
    ],
)
def test_no_text_can_break_a_search(shop, text):
    shop.search(SearchRequest(text=text))
    shop.suggest(text)
    shop.list_for_staff(text=text)


def test_a_text_without_words_finds_nothing(shop):
    assert shop.search(SearchRequest(text="😀 !!")).total == 0


@pytest.mark.parametrize(
    ("a", "b"), [("lamp", "lam"), ("lamp", "lampp"), ("lamp", "lanp"), ("lamp", "lapm"), ("lamp", "lamp")]
)
def test_one_typo(a, b):
    assert one_typo_apart(a, b)
    assert one_typo_apart(b, a)


@pytest.mark.parametrize(("a", "b"), [("lamp", "la"), ("lamp", "lamppp"), ("lamp", "mlap"), ("lamp", "clamps")])
def test_two_typos_are_too_many(a, b):
    assert not one_typo_apart(a, b)


def test_a_beginning_may_have_a_typo_from_four_letters_on():
    assert begins_with("bookcases", "bokca")
    assert not begins_with("bookcases", "bak")
