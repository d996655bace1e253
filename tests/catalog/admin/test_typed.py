"""A product's page asks for what its type has, each in the right field; free attributes stay beside them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.utils.translation import override

from catalog import queries, reindexing
from catalog.models import ProductType, Reindexing
from catalog.product_types import TYPES, Attribute, Kind, Type, open_types
from catalog.search import indexing, tantivy_store
from catalog.search.index import SearchRequest
from shopcloud.lib import clock
from tests.catalog.admin.conftest import LIST, form_of, held
from tests.catalog.factories import a_product

TYPE_PAGE = "/admin/catalog/producttype/"
KINDS = (
    Type(
        "lamp",
        "Lamp",
        (
            Attribute("material", Kind.TEXT, required=True),
            Attribute("height_cm", Kind.NUMBER, unit="cm", labels=(("en", "Height"),)),
            Attribute("socket", Kind.CHOICE, choices=("E14", "E27")),
            Attribute("dimmable", Kind.BOOLEAN),
        ),
    ),
    Type("mug", "Mug", (Attribute("volume", Kind.NUMBER, unit="ml"),)),
)


@pytest.fixture(autouse=True)
def types(db):
    open_types(KINDS)
    yield
    TYPES.forget()


@pytest.fixture
def typed(keep):
    said = {"material": "Oak", "height_cm": "42", "socket": "E27", "dimmable": "Yes", "Made by": "hand"}
    return keep(a_product(product_type="lamp", attributes=said))[0]


def page_of(product) -> str:
    return f"{LIST}{product.product_id}/change/"


def posted(product, free="Made by: hand", **changes):
    fields = {f"typed-{name}": value for name, value in product.attributes.items() if name != "Made by"}
    given = form_of(product, product_type=product.product_type, attributes=free)
    return {**given, **fields, **changes}


def test_the_page_shows_a_field_for_each_attribute_of_the_type(editor, typed):
    form = editor.get(page_of(typed)).context["editor"]
    shown = {field.label: field.value() for field in form.typed.form}
    assert shown == {"Material": "Oak", "Height (cm)": "42", "Socket": "E27", "Dimmable": "Yes"}
    assert form.form["attributes"].value() == "Made by: hand"


def test_saving_the_page_as_it_stands_changes_nothing(editor, typed):
    assert editor.post(page_of(typed), posted(typed)).status_code == 302
    now = held(typed.product_id)
    assert (now.attributes, list(now.attributes)) == (typed.attributes, list(typed.attributes))
    assert LogEntry.objects.get().get_change_message() == "No fields changed."


@pytest.mark.parametrize("said", ["Oak; ash\nand: elm\r\n", " Oak ", "x" * 9_000])
def test_a_text_of_the_type_stays_as_it_is_stored_until_it_is_edited(editor, keep, said):
    (lamp,) = keep(a_product(product_type="lamp", attributes={"material": said}))
    page = editor.get(page_of(lamp)).content.decode()
    assert ('<textarea name="typed-material"' in page) == ("\n" in said)
    assert editor.post(page_of(lamp), posted(lamp, free="")).status_code == 302
    assert LogEntry.objects.get().get_change_message() == "No fields changed."
    assert held(lamp.product_id).attributes == {"material": said}
    editor.post(page_of(lamp), posted(held(lamp.product_id), free="", **{"typed-material": " Beech "}))
    assert held(lamp.product_id).attributes == {"material": "Beech"}


def test_what_is_filled_in_is_kept_in_the_form_products_keep(editor, typed):
    changes = {"typed-height_cm": "57.50", "typed-socket": "E14", "typed-dimmable": "", "typed-material": "Ash"}
    editor.post(page_of(typed), posted(typed, free="Made by: machine", **changes))
    assert held(typed.product_id).attributes == {
        "material": "Ash",
        "height_cm": "57.5",
        "socket": "E14",
        "Made by": "machine",
    }


@pytest.mark.parametrize(
    ("name", "value"), [("material", " "), ("height_cm", "tall"), ("socket", "E99"), ("dimmable", "perhaps")]
)
def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_saved(editor, typed, name, value):
    page = editor.post(page_of(typed), posted(typed, **{f"typed-{name}": value}))
    assert page.status_code == 422
    assert list(page.context["editor"].typed.form.errors) == [name]
    assert held(typed.product_id).version == typed.version


def test_a_type_chosen_for_the_first_time_takes_its_values_from_the_free_attributes(editor, lamp):
    free = "material: Oak\nheight_cm: 42 cm\nOrigin: Wales"
    answer = editor.post(page_of(lamp), form_of(lamp, product_type="lamp", attributes=free))
    assert answer.status_code == 302
    now = held(lamp.product_id)
    assert (now.product_type, now.attributes) == ("lamp", {"material": "Oak", "height_cm": "42", "Origin": "Wales"})


def test_another_type_or_none_loses_nothing_that_was_said(editor, typed):
    for chosen in ("mug", ""):
        free = editor.get(page_of(typed)).context["editor"].form["attributes"].value()
        editor.post(page_of(typed), posted(held(typed.product_id), free=free, product_type=chosen))
        now = held(typed.product_id)
        assert (now.product_type, now.attributes) == (chosen, typed.attributes)


def test_a_value_the_choices_do_not_have_stays_choosable(editor, keep):
    (old,) = keep(a_product(product_type="lamp", attributes={"material": "Oak", "socket": "B22"}))
    assert editor.post(page_of(old), posted(old, free="")).status_code == 302
    assert held(old.product_id).attributes["socket"] == "B22"


def test_choosing_a_type_brings_its_fields_filled_with_what_the_product_says(editor, viewer, staff, lamp):
    address = f"{LIST}typed/?product={lamp.product_id}&product_type=lamp"
    page = editor.get(address).content.decode()
    assert 'name="typed-height_cm" value="42"' in " ".join(page.split())
    assert viewer.get(address).status_code == 200
    assert editor.get(f"{LIST}typed/?product=&product_type=mug").content.count(b"typed-volume") > 0
    assert editor.get(f"{LIST}typed/?product=%00&product_type=nope").content.strip() == b""
    assert staff("orders.view_order", "orders.view_payment").get(address).status_code == 403


def test_catalog_staff_keep_the_types_and_a_new_label_is_seen_at_once(staff, guest, typed):
    kinds = [
        f"catalog.{verb}_{model}" for verb in ("view", "add", "change") for model in ("producttype", "typeattribute")
    ]
    keeper = staff(*kinds)
    assert "<dt>Height</dt><dd>42 cm</dd>" in guest.get(typed.path).content.decode()
    row = ProductType.objects.get(code="lamp").attributes.get(name="height_cm")
    sent = {"name": "Lamp", "attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 1, "attributes-0-id": row.pk,
            "attributes-0-product_type": "lamp", "attributes-0-name": "height_cm", "attributes-0-kind": "number",
            "attributes-0-unit": "cm", "attributes-0-label": "Tall", "attributes-0-position": 1}  # fmt: skip
    assert keeper.get(f"{TYPE_PAGE}lamp/change/").status_code == 200
    assert keeper.post(f"{TYPE_PAGE}lamp/change/", sent).status_code == 302
    assert "<dt>Tall</dt><dd>42 cm</dd>" in guest.get(f"{typed.path}?sku={typed.variants[0].sku}").content.decode()
    assert keeper.get(TYPE_PAGE).status_code == keeper.get(f"{TYPE_PAGE}add/").status_code == 200


def test_what_shoppers_may_choose_by_is_read_again_of_the_products_of_the_type_alone(staff, keep, monkeypatch):
    keeper = staff(
        *(f"catalog.{v}_{m}" for v in ("view", "add", "change", "delete") for m in ("producttype", "typeattribute"))
    )
    lamp, _mug = keep(
        a_product(product_type="lamp", attributes={"material": "Oak", "socket": "E27"}),
        a_product(product_type="mug", attributes={"material": "Clay", "volume": "30"}),
    )
    row = ProductType.objects.get(code="lamp").attributes.get(name="material")

    def save(**flags):
        sent = {"name": "Lamp", "attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 1, "attributes-0-id": row.pk,
                "attributes-0-product_type": "lamp", "attributes-0-name": "material", "attributes-0-kind": "text",
                "attributes-0-position": 1, **flags}  # fmt: skip
        assert keeper.post(f"{TYPE_PAGE}lamp/change/", sent).status_code == 302

    def chosen_by(name: str) -> dict[str, int]:
        facets = queries.search(SearchRequest()).facets.attributes
        return {v.value: v.count for facet in facets if facet.name == name for v in facet.values}

    save()
    assert not Reindexing.objects.exists()
    save(**{"attributes-0-filterable": "on"})
    now = clock.now() + reindexing.SETTLING
    (waiting,) = reindexing.due(now=now)
    told, index = [], indexing.index
    monkeypatch.setattr(indexing, "index", lambda ids: index(told.extend(ids) or told))
    assert reindexing.run(reindexing_id=waiting, now=now)
    assert told == [lamp.product_id]
    assert chosen_by("material") == {"Oak": 1}
    assert keeper.post(f"{TYPE_PAGE}lamp/delete/", {"post": "yes"}).status_code == 302
    assert Reindexing.objects.get().product_type == "lamp"


def test_products_of_types_deleted_from_the_list_are_read_again_too(staff, typed):
    keeper = staff(*(f"catalog.{v}_{m}" for v in ("view", "delete") for m in ("producttype", "typeattribute")))
    ProductType.objects.get(code="lamp").attributes.update(filterable=True)
    chosen = {"action": "delete_selected", "_selected_action": ["lamp"], "post": "yes"}
    assert keeper.post(TYPE_PAGE, chosen).status_code == 302
    assert not ProductType.objects.filter(code="lamp").exists()
    assert Reindexing.objects.get().product_type == "lamp"


def test_new_words_of_a_choice_are_searched_by_soon_and_other_edits_read_no_product_again(staff, keep, monkeypatch):
    monkeypatch.setattr(tantivy_store, "LOOK_SECONDS", 0.0)
    keeper = staff(
        *(f"catalog.{v}_{m}" for v in ("view", "add", "change", "delete") for m in ("producttype", "typeattribute"))
    )
    lamp, _mug = keep(
        a_product(product_type="lamp", attributes={"socket": "E27"}),
        a_product(product_type="mug", attributes={"socket": "E27"}),
    )
    row = ProductType.objects.get(code="lamp").attributes.get(name="socket")

    def save(**said):
        sent = {"name": "Lamp", "attributes-TOTAL_FORMS": 1, "attributes-INITIAL_FORMS": 1, "attributes-0-id": row.pk,
                "attributes-0-product_type": "lamp", "attributes-0-name": "socket", "attributes-0-kind": "choice",
                "attributes-0-choices": "E14\nE27", "attributes-0-position": 1, **said}  # fmt: skip
        assert keeper.post(f"{TYPE_PAGE}lamp/change/", sent).status_code == 302

    def found(text: str) -> list[str]:
        with override("de"):
            return [card.product_id for card in queries.search(SearchRequest(text=text)).hits]

    save(**{"attributes-0-label_de": "Fassung"})
    assert not Reindexing.objects.exists()
    save(**{"attributes-0-choices_de": "E27 = Edisongewinde"})
    now = clock.now() + reindexing.SETTLING
    (waiting,) = reindexing.due(now=now)
    assert found("Edisongewinde") == []
    assert reindexing.run(reindexing_id=waiting, now=now)
    assert found("Edisongewinde") == [lamp.product_id]


def test_the_catalog_role_may_keep_types_and_support_may_not(make_person):
    from django.contrib.auth.models import Group

    for role, may in (("catalog", True), ("support", False)):
        person = make_person(f"{role}@example.com", staff=True)
        person.groups.add(Group.objects.get(name=role))
        assert person.has_perm("catalog.change_producttype") is may
        assert person.has_perm("catalog.delete_typeattribute") is may
