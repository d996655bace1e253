"""A market reads a product in its own words, and in English where there are none."""

import json
import re
from dataclasses import replace

import pytest

from catalog import services
from tests.catalog.factories import NOON, a_product

GERMAN = {"title": "Halo-Leuchte", "description": "Warmes Licht.\n\nFuß aus Eiche."}
FRENCH = {"title": "Lampe Halo"}


@pytest.fixture
def spoken(put_on_sale):
    """A lamp with a German title and text, and with a French title alone."""
    # The first of its shelf, whatever else stands on it.
    return put_on_sale(a_product(rank=0, translations={"de": GERMAN, "fr": FRENCH}))[0]


def data_of(page: str) -> dict:
    (product,) = [
        part
        for script in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        for part in json.loads(script)["@graph"]
        if part["@type"] == "Product"
    ]
    return product


@pytest.mark.parametrize(
    ("prefix", "title", "text"),
    [
        ("", "Halo lamp", "Warm light."),
        ("/en-gb", "Halo lamp", "Warm light."),
        ("/de", "Halo-Leuchte", "Warmes Licht."),
        ("/fr", "Lampe Halo", "Warm light."),
    ],
)
def test_a_product_page_shows_its_market_s_words_and_english_for_what_is_missing(guest, spoken, prefix, title, text):
    page = guest.get(prefix + spoken.path).content.decode()
    assert f'<h1 id="product-title">{title}</h1>' in page
    assert f"<title>{title} · Nordlys · ShopCloud</title>" in page
    assert f'<meta property="og:title" content="{title}">' in page
    assert f'<meta name="description" content="{text}">' in page
    assert data_of(page)["name"] == title
    assert data_of(page)["description"].startswith(text)


@pytest.mark.parametrize("path", ["/c/lighting/table-lamps/", "/search/?q=halo", "/"])
@pytest.mark.parametrize(
    ("prefix", "title"), [("", "Halo lamp"), ("/de", "Halo-Leuchte"), ("/fr", "Lampe Halo"), ("/en-gb", "Halo lamp")]
)
def test_a_card_shows_its_market_s_title(guest, spoken, path, prefix, title):
    if path == "/":
        services.save_product(product=replace(spoken, featured=True), expected_version=spoken.version, now=NOON)
    assert f">{title}</a>" in guest.get(prefix + path).content.decode()


def test_suggestions_and_the_reviews_page_speak_the_market_s_language(guest, spoken):
    assert "Halo-Leuchte" in guest.get("/de/search/suggest/?q=halo").content.decode()
    assert "Halo-Leuchte" in guest.get(f"/de{spoken.path}reviews/").content.decode()


def test_what_search_engines_show_can_be_written_apart(guest, put_on_sale):
    lamp = put_on_sale(
        a_product(
            seo_title="Oak desk lamp | Halo",
            seo_description="A warm lamp.",
            translations={"de": {"title": "Halo-Leuchte", "seo_description": "Eine warme Leuchte."}},
        )
    )[0]
    english = guest.get(lamp.path).content.decode()
    assert "<title>Oak desk lamp | Halo · ShopCloud</title>" in english
    assert '<meta property="og:title" content="Oak desk lamp | Halo">' in english
    assert '<meta name="description" content="A warm lamp.">' in english
    assert '<h1 id="product-title">Halo lamp</h1>' in english
    german = guest.get(f"/de{lamp.path}").content.decode()
    # The German title, not the English text for search engines.
    assert "<title>Halo-Leuchte · Nordlys · ShopCloud</title>" in german
    assert '<meta name="description" content="Eine warme Leuchte.">' in german


def test_a_long_description_is_cut_for_search_engines(guest, put_on_sale):
    lamp = put_on_sale(a_product(description="word " * 100))[0]
    found = re.search(r'<meta name="description" content="([^"]*)">', guest.get(lamp.path).content.decode())
    assert found
    assert len(found[1]) <= 160
    assert found[1].endswith("…")


def test_every_market_s_page_names_itself_and_the_others(guest, spoken):
    page = guest.get(f"/de{spoken.path}").content.decode()
    assert re.search(rf'<link rel="canonical" href="[^"]+/de{spoken.path}">', page)
    assert re.search(rf'<link rel="alternate" hreflang="fr" href="[^"]+/fr{spoken.path}">', page)


def test_an_address_with_an_earlier_slug_leads_to_the_new_one_in_its_market(guest, lamp):
    old = lamp.path
    now = services.save_product(product=replace(lamp, slug="halo-two"), expected_version=lamp.version, now=NOON)
    for prefix in ("", "/de"):
        answer = guest.get(prefix + old)
        assert (answer.status_code, answer["Location"]) == (301, prefix + now.path)
    assert guest.get(now.path).status_code == 200
