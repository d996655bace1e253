"""Attributes that a type lets shoppers choose by: on search and category pages and over REST."""

import html
import re
import unicodedata
from urllib.parse import urlencode

import pytest
from django.test import Client
from rest_framework.test import APIClient

from catalog import services
from catalog.domain import Variant
from catalog.product_types import TYPES, Attribute, Kind, Type, open_types
from catalog.search.index import SearchUnavailable, search_index
from tests.catalog.factories import NOON, a_product

LABELS = (("en", "Material"), ("de", "Werkstoff"), ("fr", "Matière"))
WORDS = (("de", (("Oak", "Eiche"), ("Steel", "Stahl"))), ("fr", (("Oak", "Chêne"),)))
LAMPS = Type(
    "lamp",
    "Lamp",
    (
        Attribute("material", Kind.CHOICE, choices=("Oak", "Steel"), labels=LABELS, filterable=True, words=WORDS),
        Attribute("height_cm", Kind.NUMBER, unit="cm", filterable=True),
        Attribute("dimmable", Kind.BOOLEAN, filterable=True),
        Attribute("finish", Kind.TEXT, filterable=True),
        Attribute("care", Kind.TEXT),
    ),
)
GOODS = (
    ("Halo lamp", {"material": "Oak", "height_cm": "40", "dimmable": "Yes", "care": "Dust"}, "Matt"),
    ("Dusk lamp", {"material": "Steel", "height_cm": "9", "dimmable": "No"}, "Gloss"),
    ("Noon lamp", {"material": "Oak", "height_cm": "120"}, "Matt"),
)


@pytest.fixture
def lamps(shelves):
    open_types([LAMPS])
    variants = [
        Variant(f"L{n}", {"Finish": finish}, {"USD": 1000, "EUR": 1000}) for n, (*_, finish) in enumerate(GOODS)
    ]
    made = [
        a_product(title=title, slug=f"lamp-{n}", attributes=said, product_type="lamp", variants=(variants[n],))
        for n, (title, said, _) in enumerate(GOODS)
    ]
    made += [a_product(title="Oak mug", slug="oak-mug", category="kitchen", attributes={"material": "Oak"})]
    kept = [services.create_product(product=product, now=NOON) for product in made]
    search_index().rebuild(iter(kept))
    yield kept
    TYPES.forget()


def body_of(path: str) -> str:
    response = Client().get(path)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def titles(body: str) -> set[str]:
    return set(re.findall(r'class="card-title"><a [^>]*>([^<]+)</a>', body))


def facet(body: str, label: str) -> list[tuple[str, str, str]]:
    """The boxes of a facet: what each sends, is called and counts."""
    (found,) = re.findall(rf"<legend>{label}</legend>(.*?)</fieldset>", body, re.S)
    return re.findall(r'name="([^"]+)" value="[^"]*"[^>]*><span>([^<]+)</span><span class="count">(\d+)</span>', found)


def test_a_search_offers_the_attributes_that_shoppers_may_choose_by(lamps):
    body = body_of("/search/?q=lamp")
    assert facet(body, "Material") == [("attr.material", "Oak", "2"), ("attr.material", "Steel", "1")]
    assert [(label, count) for _, label, count in facet(body, "Height cm")] == [
        ("9 cm", "1"),
        ("40 cm", "1"),
        ("120 cm", "1"),
    ]
    assert "<legend>Care</legend>" not in body


def test_an_option_of_the_same_name_counts_as_the_attribute(lamps):
    assert facet(body_of("/search/?q=lamp"), "Finish") == [("attr.finish", "Matt", "2"), ("attr.finish", "Gloss", "1")]
    assert titles(body_of("/search/?attr.finish=Matt")) == {"Halo lamp", "Noon lamp"}


def test_labels_units_and_answers_are_the_market_s_and_addresses_the_same(lamps):
    body = body_of("/de/search/?q=lamp")
    assert facet(body, "Werkstoff") == [("attr.material", "Eiche", "2"), ("attr.material", "Stahl", "1")]
    assert re.search(r'name="attr.material" value="Oak"[^>]*><span>Eiche</span>', body)
    assert 'value="Oak"><span>Chêne</span>' in body_of("/fr/search/?q=lamp")
    assert 'attr.material=Oak"><span>Eiche</span>' in body_of("/de/c/lighting/")
    assert [label for _, label, _ in facet(body, "Dimmable")] == ["Nein", "Ja"]
    chip = re.search(
        r'href="([^"]+)" aria-label="[^"]*Werkstoff: Eiche', body_of("/de/search/?q=lamp&attr.material=Oak")
    )
    assert chip and chip[1] == "/de/search/?q=lamp"


SOFAS = Type(
    "sofa",
    "Sofa",
    (
        Attribute(
            "colour",
            Kind.CHOICE,
            choices=("Grey", "Blue", "Red"),
            labels=(("de", "Farbe"), ("fr", "Couleur")),
            filterable=True,
            words=(("de", (("Grey", "Grau"), ("Blue", "Blau"))), ("fr", (("Grey", "gris"), ("Blue", "bleu")))),
        ),
        Attribute("cover", Kind.CHOICE, choices=("Wool", "Linen"), words=(("de", (("Wool", "Schurwolle"),)),)),
    ),
)


@pytest.fixture
def sofas(shelves):
    """One with colours among its options, one with a colour as its attribute, one whose colour has no other words."""
    open_types([SOFAS])
    options = [{"Colour": "Grey", "Seats": "2"}, {"Colour": "Blue", "Seats": "2"}, {"Colour": "Blue", "Seats": "3"}]
    variants = tuple(Variant(f"F{n}", said, {"USD": 1000, "EUR": 1000}) for n, said in enumerate(options))
    made = [
        a_product(
            title="Frej sofa",
            slug="frej",
            product_type="sofa",
            attributes={"cover": "Wool"},
            variants=variants,
            translations={"de": {"title": "Sofa Frej"}},
        ),
        a_product(title="Holm sofa", slug="holm", product_type="sofa", attributes={"colour": "Grey"}),
        a_product(title="Lund sofa", slug="lund", product_type="sofa", attributes={"colour": "Red"}),
        a_product(title="Poster of a sofa", slug="poster", attributes={"colour": "Grey"}),
    ]
    kept = [services.create_product(product=product, now=NOON) for product in made]
    search_index().rebuild(iter(kept))
    yield kept
    TYPES.forget()


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/de/search/?q=graues+Sofa", {"Sofa Frej", "Holm sofa"}),
        ("/de/search/?q=blaue+Sofas", {"Sofa Frej"}),
        ("/de/search/?q=Sofa+Schurwolle", {"Sofa Frej"}),
        ("/de/search/?q=Schurwole", {"Sofa Frej"}),
        ("/fr/search/?q=sofa+bleu", {"Frej sofa"}),
        ("/fr/search/?q=sofa+grises", {"Frej sofa", "Holm sofa"}),
        ("/search/?q=grey+sofa", {"Frej sofa", "Holm sofa", "Poster of a sofa"}),
        ("/de/search/?q=grey+sofa", {"Sofa Frej", "Holm sofa", "Poster of a sofa"}),
    ],
)
def test_options_and_attributes_are_found_by_the_words_that_shoppers_of_a_language_read(sofas, path, found):
    assert titles(body_of(path)) == found


@pytest.mark.parametrize("path", ["/search/?q=Schurwolle", "/fr/search/?q=Schurwolle"])
def test_the_words_of_one_language_are_no_other_s(sofas, path):
    # A page that found nothing may show what the home page does.
    assert titles(body_of(path)).isdisjoint({"Frej sofa", "Holm sofa", "Lund sofa", "Poster of a sofa"})


@pytest.mark.parametrize(
    ("market", "searched", "label"),
    [
        ("", "sofa", "Colour"),
        ("/de", "sofa", "Farbe"),
        ("/de", "graues+Sofa", "Farbe"),
        ("/fr", "sofa+grises", "Couleur"),
    ],
)
def test_each_colour_counts_as_many_as_choosing_it_finds(sofas, market, searched, label):
    body = body_of(f"{market}/search/?q={searched}")
    sent = re.findall(r'name="attr.colour" value="([^"]+)"', body)
    counted = [int(count) for _, _, count in facet(body, label)]
    found = [len(titles(body_of(f"{market}/search/?q={searched}&attr.colour={value}"))) for value in sent]
    assert counted == found
    assert sum(counted) >= 2


def test_a_product_s_page_names_its_options_in_the_buyer_s_words_and_keeps_its_addresses(sofas):
    frej = sofas[0]
    body = body_of(f"/de{frej.path}?sku=F1")
    assert '<strong>Farbe</strong> <span class="soft">Blau</span>' in body
    assert re.search(r'href="\?sku=F0"[^>]*>Grau<', body)
    assert "<strong>Seats</strong>" in body
    assert '<strong>Colour</strong> <span class="soft">Blue</span>' in body_of(f"{frej.path}?sku=F1")
    assert re.search(r'href="\?sku=F0"[^>]*>gris<', body_of(f"/fr{frej.path}?sku=F1"))


def test_two_values_widen_two_attributes_narrow_and_each_can_be_taken_off(lamps):
    assert titles(body_of("/search/?attr.material=Oak")) == {"Halo lamp", "Noon lamp"}
    assert len(titles(body_of("/search/?attr.material=Oak&attr.material=Steel"))) == 3
    body = body_of("/search/?attr.material=Oak&attr.height_cm=40")
    assert titles(body) == {"Halo lamp"}
    assert 'href="/search/?attr.height_cm=40" aria-label="Remove filter Material: Oak"' in body


def test_what_is_chosen_but_not_offered_here_is_carried_along(lamps):
    body = body_of("/search/?attr.material=Oak&attr.shape=Round&brand=Nobody")
    assert "Nothing found" in body
    for name, value in (("attr.material", "Oak"), ("attr.shape", "Round"), ("brand", "Nobody")):
        assert body.count(f'<input type="hidden" name="{name}" value="{value}">') == 1
    (ticked,) = re.findall(r'<input[^>]*name="attr.material" value="Oak"[^>]*>', body_of("/search/?attr.material=Oak"))
    assert "checked" in ticked


def test_a_value_is_ticked_once_however_its_letters_were_composed(lamps):
    oiled, parted = "Geölt", unicodedata.normalize("NFD", "Geölt")
    search_index().update([a_product(product_type="lamp", attributes={"finish": oiled})])
    body = body_of(f"/search/?{urlencode({'attr.finish': parted})}")
    fields = re.findall(r'<input[^>]*name="attr.finish"[^>]*>', body)
    assert [f'value="{oiled}" checked' in field for field in fields if oiled in field or parted in field] == [True]


@pytest.mark.parametrize(
    "query", ["attr.=Oak", "attr.material=", "attr.material=%00", "attr.%00=%F0%9F%92%A1", "attr.a:b=c", "attr=Oak"]
)
def test_odd_attributes_never_break_the_page(lamps, query):
    assert "site-header" in body_of(f"/search/?{query}")


def test_a_category_page_shows_what_its_products_can_be_chosen_by(lamps):
    body = body_of("/c/lighting/")
    assert re.search(
        r'href="/search/\?category=lighting&attr.material=Oak"><span>Oak</span><span class="count">2</span>',
        body.replace("%2F", "/"),
    )
    assert titles(body_of("/search/?category=lighting&attr.material=Oak")) == {"Halo lamp", "Noon lamp"}
    assert "<h3>Werkstoff</h3>" in body_of("/de/c/lighting/")
    assert "<h3>Material</h3>" not in body_of("/c/kitchen/")


def test_a_category_page_stands_without_the_index(lamps, monkeypatch):
    def away(*_):
        raise SearchUnavailable("The index is away.")

    monkeypatch.setattr(type(search_index()), "search", away)
    body = body_of("/c/lighting/")
    assert "Halo lamp" in body
    assert 'class="narrowing"' not in body


def test_a_warm_search_costs_no_sql_for_its_attributes(lamps, django_assert_num_queries):
    body_of("/search/?q=lamp")
    with django_assert_num_queries(0):
        assert facet(body_of("/search/?q=lamp&sort=price"), "Material")


def test_a_phone_reads_attributes_and_sends_what_it_read(lamps):
    phone = APIClient()
    answer = phone.get("/api/v1/search/?q=lamp&market=de").json()
    material = next(found for found in answer["facets"]["attributes"] if found["name"] == "material")
    assert material["label"] == "Werkstoff"
    told = [(v["value"], v["label"], v["count"]) for v in material["values"]]
    assert told == [("Oak", "Eiche", 2), ("Steel", "Stahl", 1)]
    for value in material["values"]:
        assert (
            phone.get("/api/v1/search/", {"attribute": f"material:{value['value']}"}).json()["total"] == value["count"]
        )
    both = phone.get("/api/v1/search/?attribute=material:Oak&attribute=material:Steel&attribute=height_cm:9").json()
    assert [card["title"] for card in both["results"]] == ["Dusk lamp"]
    assert [v["selected"] for f in both["facets"]["attributes"] if f["name"] == "material" for v in f["values"]] == [
        True
    ]


def test_an_attribute_that_shoppers_may_no_longer_choose_by_is_offered_no_more(lamps):
    from catalog.models import TypeAttribute

    TypeAttribute.objects.filter(name="material").update(filterable=False)
    TYPES.forget()
    assert "<legend>Material</legend>" not in body_of("/search/?q=lamp")
    assert titles(body_of("/search/?attr.material=Oak")) == {"Halo lamp", "Noon lamp"}
