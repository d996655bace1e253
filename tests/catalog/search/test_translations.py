"""Each language is searched in its own words, beside the English ones, and by nobody else."""

import pytest
import tantivy

from catalog.search import tantivy_schema, tantivy_store
from catalog.search.index import SearchRequest
from catalog.search.tantivy_index import TantivyIndex

from .conftest import SHOP, product
from .engines import ENGINES, an_index

STOOL = product(
    "t1",
    "Sit stool",
    "chairs",
    translations={
        "de": {"title": "Melkschemel aus Eiche", "description": "Drei gedrechselte Beine."},
        "fr": {"title": "Tabouret de traite", "description": "Trois pieds tournés."},
    },
)


@pytest.fixture
def spoken(index):
    index.rebuild([*SHOP, STOOL])
    return index


def found(index, text: str, language: str) -> list[str]:
    return [card.product_id for card in index.search(SearchRequest(text=text, language=language)).hits]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Melkschemel"),
        ("de", "melkschemeln"),
        ("de", "gedrechselt"),
        ("de", "Melkschemmel"),
        ("fr", "tabourets"),
        ("fr", "pieds tournes"),
        ("de", "sit stool"),
        ("fr", "stool"),
    ],
)
def test_a_product_is_found_by_the_words_of_the_language_and_by_english_ones(spoken, language, text):
    assert found(spoken, text, language) == ["t1"]


@pytest.mark.parametrize(("language", "text"), [("en", "Melkschemel"), ("fr", "Melkschemel"), ("en-gb", "traite")])
def test_the_words_of_another_language_find_nothing(spoken, language, text):
    assert found(spoken, text, language) == []


def test_a_typo_is_corrected_to_the_word_of_the_language(spoken):
    answer = spoken.search(SearchRequest(text="Melkschemmel", language="de"))
    assert answer.corrected == "melkschemel"


def test_a_translated_title_is_offered_while_typing(spoken):
    (offered,) = spoken.suggest("melksch")
    assert (offered.text, offered.titles["de"]) == ("Sit stool", "Melkschemel aus Eiche")


def test_an_index_of_an_earlier_release_answers_in_english_and_asks_to_be_made_anew(tmp_path, monkeypatch):
    index = TantivyIndex(str(tmp_path / "search"))
    monkeypatch.setattr(tantivy_store, "LOOK_SECONDS", 0.0)
    with monkeypatch.context() as earlier:
        earlier.setattr(tantivy_store, "schema", _earlier_schema)
        index.rebuild([*SHOP, STOOL])
    now = TantivyIndex(str(index.files.root))
    assert found(now, "sit stool", "de") == ["t1"]
    assert found(now, "Melkschemel", "de") == []
    now.update([STOOL])
    assert not now.is_whole()
    now.rebuild([STOOL])
    assert now.is_whole()
    assert found(now, "Melkschemel", "de") == ["t1"]


def _earlier_schema() -> tantivy.Schema:
    """As it was before there were translations."""
    builder = tantivy.SchemaBuilder()
    for name in tantivy_schema.WEIGHTS:
        builder.add_text_field(name, tokenizer_name=tantivy_schema.STEMMED, index_option="freq")
    for name in tantivy_schema.TYPED:
        builder.add_text_field(name, tokenizer_name=tantivy_schema.PLAIN, index_option="basic")
    for name in tantivy_schema._WHOLE:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in tantivy_schema._COUNTED_TEXT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in tantivy_schema._NUMBERS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_bytes_field("card", stored=True)
    return builder.build()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_language_calls_the_values_of_a_product_is_searched_in_that_language_alone(engine, tmp_path):
    words = {"s1": {"de": ["Grau", "Samt"], "fr": ["velours bleu"], "en": ["Dove"]}}
    with an_index(engine, tmp_path / "search", spoken=lambda told: words.get(told.product_id, {})) as index:
        index.rebuild(SHOP)
        asked = {
            ("de", "graues Sofa bed"): ["s1"], ("de", "samt"): ["s1"], ("fr", "bleus"): ["s1"], ("en", "dove"): ["s1"],
            ("de", "dove sofa"): ["s1"], ("de", "velours"): [], ("fr", "samt"): [], ("en", "samt"): [],
        }  # fmt: skip
        assert {(language, text): found(index, text, language) for language, text in asked} == asked
