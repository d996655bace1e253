"""A type's attributes are told in its order and in the words of each market, the others as they always were."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from catalog import product_types, queries, services
from catalog.bulk import SaveCounts
from catalog.domain import Freshness, InvalidProduct
from catalog.models import ProductType, TypeAttribute
from catalog.product_types import TYPES, Attribute, Kind, Type, facts, open_types
from catalog.records import product_from, product_record
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db
LAMPS = Type(
    "lamp",
    "Lamp",
    (
        Attribute("height_cm", Kind.NUMBER, unit="cm", labels=(("en", "Height"), ("de", "Höhe"), ("fr", "Hauteur"))),
        Attribute("dimmable", Kind.BOOLEAN, labels=(("de", "Dimmbar"),)),
        Attribute("socket", Kind.CHOICE, choices=("E14", "E27")),
    ),
)
SAID = {"material": "Oak", "dimmable": "Yes", "height_cm": "42"}


@pytest.fixture
def lamp_type():
    open_types([LAMPS])
    yield
    TYPES.forget()


def a_lamp(**changes):
    return a_product(**{"product_type": "lamp", "attributes": SAID, **changes})


def pairs(product, language="en"):
    return [(fact.label, fact.text) for fact in facts(product, language)]


def test_a_market_reads_labels_units_and_answers_in_its_language(guest, lamp_type):
    lamp = services.create_product(product=a_lamp(), now=NOON)
    for prefix, height, dimmable, answer in (
        ("", "Height", "Dimmable", "Yes"),
        ("/de", "Höhe", "Dimmbar", "Ja"),
        ("/fr", "Hauteur", "Dimmable", "Oui"),
    ):
        page = guest.get(prefix + lamp.path).content.decode()
        assert f"<dt>{height}</dt><dd>42 cm</dd>" in page
        assert f"<dt>{dimmable}</dt><dd>{answer}</dd>" in page


WOODS = (
    ("en", (("eiche", "Oak"),)),
    ("de", (("eiche", "Eiche"), ("walnut", "Nussbaum"))),
    ("fr", (("walnut", "Noyer"),)),
)
TABLES = Type("table", "Table", (Attribute("wood", Kind.CHOICE, choices=("eiche", "walnut", "ash"), words=WOODS),))


@pytest.mark.parametrize(
    ("language", "woods"),
    [("en-us", ["Oak", "walnut", "ash"]), ("de", ["Eiche", "Nussbaum", "ash"]), ("fr", ["Oak", "Noyer", "ash"])],
)
def test_a_choice_is_told_in_the_words_of_the_language_else_in_english_else_as_it_is(lamp_type, language, woods):
    open_types([TABLES])
    tables = [a_product(product_type="table", attributes={"wood": wood}) for wood in ("eiche", "walnut", "ash")]
    assert [facts(table, language)[0].text for table in tables] == woods
    assert [facts(table, language)[0].value for table in tables] == ["eiche", "walnut", "ash"]


def test_a_phone_reads_what_a_page_tells_beside_what_the_product_says(lamp_type):
    open_types([TABLES])
    table = services.create_product(
        product=a_product(product_type="table", attributes={"wood": "walnut", "care": "Oil"}), now=NOON
    )
    for market, wood in (("us", "walnut"), ("de", "Nussbaum"), ("fr", "Noyer")):
        told = APIClient().get(f"/api/v1/products/{table.product_id}/?market={market}").json()
        assert told["attributes"] == {"wood": "walnut", "care": "Oil"}
        assert told["details"] == [
            {"name": "wood", "label": "Wood", "value": "walnut", "text": wood},
            {"name": "care", "label": "Care", "value": "Oil", "text": "Oil"},
        ]


SIZED = Type(
    "sofa",
    "Sofa",
    (
        Attribute("Size", Kind.TEXT, labels=(("de", "Größe"),), words=(("de", (("Large", "Groß"),)),)),
        Attribute("care", Kind.TEXT, words=(("de", (("Wipe dry", "Trocken abwischen"),)),)),
    ),
)


@pytest.fixture
def sofa(lamp_type):
    open_types([SIZED])
    care = {"care": "Wipe dry"}
    return services.create_product(product=a_product(product_type="sofa", attributes=care), now=NOON)


def test_a_page_tells_options_and_free_texts_in_the_words_of_its_market(guest, sofa):
    german, english = (guest.get(prefix + sofa.path).content.decode() for prefix in ("/de", ""))
    assert "<dd>Trocken abwischen</dd>" in german and 'data-label="Groß"' in german and "Größe" in german
    # What has no words in a language stands as the product says it.
    assert 'data-label="Small"' in german and 'data-label="Large"' in english and "<dd>Wipe dry</dd>" in english


def test_a_phone_reads_how_options_are_called_beside_what_they_are(sofa):
    told = APIClient().get(f"/api/v1/products/{sofa.product_id}/?market=de").json()["variants"][1]
    assert told["options"] == {"size": "Large", "finish": "Oak"}
    assert told["details"] == [
        {"name": "size", "label": "Größe", "value": "Large", "text": "Groß"},
        {"name": "finish", "label": "Finish", "value": "Oak", "text": "Oak"},
    ]


def test_a_yes_is_told_in_the_language_asked_for_whoever_asks(lamp_type):
    assert dict(pairs(a_lamp(), "de"))["Dimmbar"] == "Ja"
    assert dict(pairs(a_lamp(), "fr"))["Dimmable"] == "Oui"


@pytest.mark.parametrize(
    ("kind", "is_right"), [(Kind.TEXT, True), (Kind.NUMBER, False), (Kind.BOOLEAN, False), (Kind.CHOICE, False)]
)
def test_a_text_has_words_for_whatever_products_say_other_kinds_do_not(lamp_type, kind, is_right):
    choices = "ash" if kind == Kind.CHOICE else ""
    row = TypeAttribute(
        product_type_id="lamp", name="care", kind=kind, choices=choices, choices_de="Wipe dry = Abwischen"
    )
    if is_right:
        row.full_clean()
        return
    with pytest.raises(ValidationError, match="none of the choices"):
        row.full_clean()


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("ash = Esche", ""),
        ("", ""),
        (" ash=Esche \r\n\r\n", ""),
        ("Ash = Esche", "none of"),
        ("ash =", "called"),
        ("x", "none of"),
    ],
)
def test_words_are_written_beside_the_choice_they_stand_for(lamp_type, written, wrong):
    row = TypeAttribute(product_type_id="lamp", name="wood", kind=Kind.CHOICE, choices="ash\nelm", choices_de=written)
    if not wrong:
        row.full_clean()
        assert row.words_for("de") == ({"ash": "Esche"} if written else {})
        return
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert wrong in refused.value.message_dict["choices_de"][0]


def test_the_type_s_order_comes_first_and_what_it_does_not_know_last(lamp_type):
    assert pairs(a_lamp()) == [("Height", "42 cm"), ("Dimmable", "Yes"), ("Material", "Oak")]


def test_the_type_knows_its_attributes_however_a_file_spells_them(lamp_type):
    lamp = a_lamp(attributes={"Material": "Oak", "DIMMABLE": "No", "Height_cm": "42"})
    assert pairs(lamp, "de") == [("Höhe", "42 cm"), ("Dimmbar", "Nein"), ("Material", "Oak")]


@pytest.mark.parametrize("value", ["about 40", "42 cm", "40 to 60"])
def test_what_is_no_number_stands_as_it_was_written(lamp_type, value):
    assert pairs(a_lamp(attributes={"height_cm": value})) == [("Height", value)]


@pytest.mark.parametrize("code", ["", "gone"])
def test_a_product_without_a_type_or_of_one_that_is_gone_tells_its_attributes_as_before(lamp_type, code):
    assert pairs(a_lamp(product_type=code)) == [("Material", "Oak"), ("Dimmable", "Yes"), ("Height cm", "42")]


def test_types_are_read_once_for_many_pages_and_never_for_a_product_without_one(lamp_type):
    with CaptureQueriesContext(connection) as seen:
        pairs(a_lamp(product_type=""))
    assert len(seen) == 0
    TYPES.forget()
    with CaptureQueriesContext(connection) as seen:
        for _page in range(5):
            pairs(a_lamp())
    assert len(seen) == 2


def test_a_page_stands_without_the_types(monkeypatch):
    def away():
        raise OperationalError("gone")

    TYPES.forget()
    monkeypatch.setattr(TYPES, "_load", away)
    monkeypatch.setattr(TYPES, "_last_known", _unknown)
    assert pairs(a_lamp(attributes={"height_cm": "42"})) == [("Height cm", "42")]


def _unknown():
    raise product_types.SnapshotUnavailable("product-types")


def test_types_are_opened_once_and_staff_s_own_words_stay(lamp_type):
    ProductType.objects.filter(code="lamp").update(name="Lights")
    TypeAttribute.objects.filter(name="socket").delete()
    assert open_types([LAMPS]) == 0
    (found,) = product_types.read_types()
    assert (found.name, [a.name for a in found.attributes]) == ("Lights", ["height_cm", "dimmable"])


def test_a_type_comes_back_from_every_store_and_a_file_leaves_it_alone():
    lamp = services.create_product(product=a_lamp(), now=NOON)
    for freshness in Freshness:
        assert queries.product(lamp.product_id, freshness=freshness).product_type == "lamp"
    assert product_from(product_record(lamp)) == lamp
    assert services.save_products(products=[replace(lamp, product_type="")], now=NOON) == SaveCounts(unchanged=1)


def test_a_type_that_could_be_no_code_is_refused():
    with pytest.raises(InvalidProduct, match="product_type"):
        a_lamp(product_type="no code")


@pytest.mark.parametrize(
    ("described", "field"),
    [
        ({"kind": Kind.CHOICE}, "choices"),
        ({"kind": Kind.TEXT, "choices": "A\nB"}, "choices"),
        ({"kind": Kind.TEXT, "unit": "cm"}, "unit"),
        ({"name": "a: b"}, "name"),
    ],
)
def test_an_attribute_that_means_nothing_is_refused(described, field):
    owner = ProductType.objects.create(code="lamp", name="Lamp")
    attribute = TypeAttribute(**{"product_type": owner, "name": "height", **described})
    with pytest.raises(ValidationError) as refused:
        attribute.full_clean()
    assert list(refused.value.message_dict) == [field]
