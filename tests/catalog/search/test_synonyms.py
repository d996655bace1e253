import pytest

from catalog.search.index import SearchRequest
from catalog.search.sizes import asked, size_words

from .conftest import product


def found(index, text: str) -> list[str]:
    return [card.product_id for card in index.search(SearchRequest(text=text)).hits]


@pytest.mark.parametrize("text", ["couch", "Settees", "canapé", "Couch"])
def test_other_words_for_a_thing_find_it(shop, text):
    assert set(found(shop, text)) == {"s1", "s2"}
    assert shop.search(SearchRequest(text=text)).corrected == ""


def test_the_typed_word_comes_before_its_synonym(index):
    index.rebuild([product("x1", "Reading lamp", "a"), product("x2", "Reading light", "a")])
    assert found(index, "light") == ["x2", "x1"]
    assert found(index, "lamp") == ["x1", "x2"]


def test_a_phrase_may_stand_for_one_word_and_one_word_for_a_phrase(index):
    index.rebuild([product("x1", "Malm bedside table", "a"), product("x2", "Side table", "a")])
    assert found(index, "nightstand") == ["x1"]
    assert found(index, "Nachttisch") == ["x1"]


def test_an_english_word_does_not_look_for_what_means_something_else_elsewhere(index):
    index.rebuild([product("x1", "Oak bed", "a"), product("x2", "Lit candle", "a")])
    assert found(index, "bed") == ["x1"]


def test_a_typo_in_a_synonym_is_forgiven_and_told(shop):
    result = shop.search(SearchRequest(text="coutch"))
    assert {card.product_id for card in result.hits} == {"s1", "s2"}
    assert result.corrected == "couch"


@pytest.mark.parametrize("text", ["lampe de café", "eine Lampe für das Café"])
def test_little_words_of_german_and_french_are_not_asked_for(shop, text):
    assert found(shop, text) == ["l1"]


@pytest.mark.parametrize("text", ["160 x 200 cm", "160×200", "160x200cm", "160cm", "bed 200"])
def test_a_size_is_found_however_it_is_written(index, text):
    index.rebuild([product("x1", "Bed, 160 × 200 cm", "a"), product("x2", "Bed, 90x190 cm", "a")])
    assert found(index, text) == ["x1"]


def test_two_sides_of_three_are_enough():
    assert {"80x28x202", "80x202", "202"} <= set(size_words("Bookcase, 80x28x202 cm"))
    assert asked("shelf 80 x 28 cm") == "shelf 80x28"


@pytest.mark.parametrize("text", ["LAMP-01", "lamp 01", "LAMP01"])
def test_a_sku_is_found_with_or_without_its_dashes(shop, text):
    assert found(shop, text)[0] == "l1"


def test_a_barcode_is_found_as_it_is_printed(shop):
    assert found(shop, "4 006381 333931") == ["s2"]


def test_a_synonym_in_a_description_alone_is_not_what_was_meant(index):
    index.rebuild([product("x1", "Desk lamp", "a"), product("x2", "Mug", "b", description="Light in the hand.")])
    assert found(index, "lamp") == ["x1"]
    assert set(found(index, "light")) == {"x1", "x2"}


def test_a_long_chain_of_figures_does_not_hold_up_the_index():
    assert len(size_words("x".join(str(side) for side in range(1, 200)))) <= 15
