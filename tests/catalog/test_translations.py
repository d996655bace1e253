"""Texts in other languages are kept, shown field by field, and never lost to a file that does not know them."""

from dataclasses import replace

import pytest

from catalog import queries, services
from catalog.bulk import SaveCounts
from catalog.domain import Freshness, Image, InvalidProduct, Status
from catalog.dynamo.items import attributes_of, card_of_item, new_item
from catalog.importing.changes import changes_of
from catalog.importing.silence import Told
from catalog.records import card_from, card_of, card_record, product_from, product_record
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db
WORDS = {
    "de": {"title": "Halo-Leuchte", "description": "Warmes Licht.", "seo_title": "Leuchte"},
    "fr": {"description": "Lumière chaude."},
}
TEXTS = {"seo_title": "Oak lamp", "seo_description": "A warm lamp.", "translations": WORDS}


def test_texts_come_back_from_every_store_as_they_were_given():
    lamp = a_product(**TEXTS)
    stored = services.create_product(product=lamp, now=NOON)
    for freshness in Freshness:
        held = queries.product(lamp.product_id, freshness=freshness)
        assert {name: getattr(held, name) for name in TEXTS} == TEXTS
    assert product_from(product_record(stored)) == stored
    assert card_from(card_record(card_of(lamp))) == card_of(lamp)


def test_a_save_without_texts_takes_them_away():
    lamp = services.create_product(product=a_product(**TEXTS), now=NOON)
    bare = replace(lamp, seo_title="", seo_description="", translations={})
    services.save_product(product=bare, expected_version=lamp.version, now=NOON)
    held = queries.product(lamp.product_id, freshness=Freshness.STRONG)
    assert (held.seo_title, held.seo_description, held.translations) == ("", "", {})


def test_a_category_page_brings_the_titles_in_its_one_query():
    lamp = services.create_product(product=a_product(category="words/lamps", **TEXTS), now=NOON)
    (card,) = queries.category_page("words/lamps").cards
    assert [card.title_in(language) for language in ("en", "de", "fr")] == ["Halo lamp", "Halo-Leuchte", "Halo lamp"]
    services.archive_product(product_id=lamp.product_id, expected_version=lamp.version, now=NOON)


def test_an_item_of_an_earlier_release_has_no_translations_and_reads_as_unchanged():
    lamp = a_product()
    assert not {"translations", "seo_title", "seo_description"} & set(attributes_of(lamp))
    assert '"titles"' not in new_item(lamp)["card"]["S"]
    assert card_of_item(new_item(lamp)).titles == {}


def test_each_text_falls_back_to_english_by_itself():
    lamp = a_product(images=(Image("images/1/800.webp", 800, 600, "On a desk"),), **TEXTS)
    german, french, british = (lamp.in_language(language) for language in ("de", "fr", "en-gb"))
    assert (german.title, german.seo_title, french.title) == ("Halo-Leuchte", "Leuchte", "Halo lamp")
    assert [{i.alt for i in shown.images} for shown in (lamp, german, french)] == [
        {"On a desk"},
        {"Halo-Leuchte"},
        {"On a desk"},
    ]
    # The English text for search engines would hide the translated description.
    assert (german.seo_description, french.seo_description, french.seo_title) == ("", "", "Oak lamp")
    assert british is lamp


@pytest.mark.parametrize(
    "translations",
    [{"xx": {"title": "?"}}, {"de": {"slug": "lampe"}}, {"de": {"title": "x" * 201}}, {"fr": {"title": " "}}],
)
def test_translations_the_shop_could_not_show_are_refused(translations):
    with pytest.raises(InvalidProduct, match="translations"):
        a_product(translations=translations)


def test_a_file_that_knows_no_translations_leaves_them_alone():
    lamp = services.create_product(product=a_product(status=Status.DRAFT, **TEXTS), now=NOON)
    from_file = replace(lamp, seo_title="", seo_description="", translations={})
    told = Told(product=frozenset({"title", "slug"}), variant=frozenset(), attributes=frozenset())
    assert changes_of([from_file], told=told)[0].fields == ()
    assert services.save_products(products=[from_file], now=NOON) == SaveCounts(unchanged=1)
    renamed = replace(from_file, title="Renamed")
    assert services.save_products(products=[renamed], now=NOON) == SaveCounts(updated=1)
    held = queries.product(lamp.product_id, freshness=Freshness.STRONG)
    assert (held.title, held.translations, held.seo_title) == ("Renamed", WORDS, "Oak lamp")
