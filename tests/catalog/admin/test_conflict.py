"""Two people edit one product: nothing is overwritten unseen, and nothing typed is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from PIL import Image as Pictures

from catalog import history, schedules, services
from catalog.admin.shown import name_of
from catalog.domain import Model3D, Status
from catalog.dynamo.categories import delete_category
from catalog.dynamo.client import writer
from tests.catalog.admin.conftest import LIST, a_picture, form_of, held
from tests.catalog.admin.test_form import page_of
from tests.catalog.factories import NOON, a_product

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def other_editor(staff):
    """Signs in as staff2@example.com; `editor` is staff5@example.com."""
    return staff("catalog.view_catalogproduct", "catalog.change_catalogproduct")


def conflict_of(product) -> str:
    return f"{LIST}{product.product_id}/conflict/"


def rows_of(page) -> dict:
    return {row.label: row for row in page.context["conflict"].rows}


def sent_back(page, **choices) -> dict[str, str]:
    """What the browser sends from the page of a conflict, with `choices` by label over what stands chosen."""
    fields = {"typed": page.context["typed"], "seen": str(page.context["product"].version)}
    chosen = {row.name: choices.get(row.label, row.chosen) for row in page.context["conflict"].rows}
    return fields | {name: choice for name, choice in chosen.items() if choice}


def chosen(page, wanted: dict[str, str]) -> dict[str, str]:
    return sent_back(page, **wanted)


def test_who_comes_second_sees_what_each_changed_and_nothing_is_saved(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, title="Their title", brand="Theirs"))
    theirs = held(lamp.product_id)
    page = editor.post(page_of(lamp), form_of(lamp, title="My title", rank=3))
    assert page.status_code == 409
    assert held(lamp.product_id) == theirs
    rows = rows_of(page)
    assert {label: (r.was.text, r.theirs.text, r.yours.text, r.suggestion) for label, r in rows.items()} == {
        "Title": ("Halo lamp", "Their title", "My title", ""),
        "Brand": ("Nordlys", "Theirs", "Nordlys", "theirs"),
        "Rank": ("7", "7", "3", "yours"),
    }
    text = page.content.decode()
    assert "<strong>staff2@example.com</strong> changed this product while you were editing" in text
    assert "Please choose" in text


def test_what_is_chosen_is_saved_on_top_of_theirs(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, title="Their title", brand="Theirs"))
    page = editor.post(page_of(lamp), form_of(lamp, title="My title", rank=3))
    undecided = editor.post(conflict_of(lamp), sent_back(page))
    assert undecided.status_code == 409
    assert "Choose for “Title” whose stands." in undecided.content.decode()
    answer = editor.post(conflict_of(lamp), chosen(undecided, {"Title": "yours"}))
    assert answer.status_code == 302
    now = held(lamp.product_id)
    assert (now.title, now.brand, now.rank, now.version) == ("My title", "Theirs", 3, 3)
    newest = history.versions_of(lamp.product_id)[0]
    assert (newest.version, newest.author.email) == (3, "staff5@example.com")
    assert LogEntry.objects.latest("pk").get_change_message() == "Changed Title and Rank."


def test_a_third_write_in_between_shows_the_page_again_with_what_was_chosen(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, title="Their title", brand="Theirs"))
    page = editor.post(page_of(lamp), form_of(lamp, title="My title", brand="Mine"))
    other_editor.post(page_of(lamp), form_of(held(lamp.product_id), brand="Theirs again"))
    again = editor.post(conflict_of(lamp), chosen(page, {"Title": "yours", "Brand": "yours"}))
    assert again.status_code == 409
    assert held(lamp.product_id).version == 3
    rows = rows_of(again)
    # Of the brand there is a new text to look at; of the title there is not.
    assert (rows["Title"].chosen, rows["Brand"].chosen, rows["Brand"].theirs.text) == ("yours", "", "Theirs again")
    assert [row.version for row in again.context["writers"]] == [3, 2]
    assert editor.post(conflict_of(lamp), chosen(again, {"Brand": "theirs"})).status_code == 302
    now = held(lamp.product_id)
    assert (now.title, now.brand, now.version) == ("My title", "Theirs again", 4)


def test_a_write_between_the_look_and_the_save_of_the_join_is_not_overwritten(editor, other_editor, lamp, monkeypatch):
    """The version decides, even where somebody is faster than the join's own read."""
    other_editor.post(page_of(lamp), form_of(lamp, brand="Theirs"))
    page = editor.post(page_of(lamp), form_of(lamp, title="My title"))
    save = services.save_product

    def overtaken(**wanted):
        monkeypatch.undo()
        current = held(lamp.product_id)
        save(product=replace(current, rank=99), expected_version=current.version, now=LATER)
        return save(**wanted)

    monkeypatch.setattr(services, "save_product", overtaken)
    again = editor.post(conflict_of(lamp), sent_back(page))
    assert again.status_code == 409
    assert rows_of(again)["Title"].chosen == "yours"
    assert editor.post(conflict_of(lamp), sent_back(again)).status_code == 302
    now = held(lamp.product_id)
    assert (now.title, now.brand, now.rank) == ("My title", "Theirs", 99)


def test_pictures_that_both_add_both_survive(editor, other_editor, lamp):
    other = a_picture()
    Pictures.new("RGB", (80, 60), "red").save(other, "PNG")
    other.seek(0)
    other_editor.post(page_of(lamp), form_of(lamp, new_images=[other]))
    theirs = held(lamp.product_id).images
    page = editor.post(page_of(lamp), form_of(lamp, new_images=[a_picture()], title="My title"))
    assert page.status_code == 409
    mine = [row.yours.image for row in page.context["conflict"].rows if row.path[0] == "images" and row.yours.image]
    assert [(image.width, image.height) for image in mine] == [(64, 48)]
    assert editor.post(conflict_of(lamp), sent_back(page)).status_code == 302
    now = held(lamp.product_id)
    assert now.images == (*theirs, *mine)
    assert (len(theirs), now.title) == (3, "My title")


def test_variants_and_attributes_are_joined_place_by_place(editor, other_editor, lamp):
    small, large = (variant.sku for variant in lamp.variants)
    theirs = {"variants-0-USD": "99.00", "attributes": "material: Ash\nheight_cm: 42\nBulb: E27"}
    mine = {
        "variants-0-EUR": "95.00",
        "variants-1-DELETE": "on",
        "variants-2-sku": "HALO-XL",
        "variants-2-USD": "199",
        "variants-TOTAL_FORMS": 3,
        "attributes": "material: Oak\nheight_cm: 44",
    }
    other_editor.post(page_of(lamp), form_of(lamp, **theirs))
    page = editor.post(page_of(lamp), form_of(lamp, **mine))
    assert {label: row.suggestion for label, row in rows_of(page).items()} == {
        f"Variant {small}: price in USD": "theirs",
        f"Variant {small}: price in EUR": "yours",
        f"Variant {large}": "yours",
        "Variant HALO-XL": "yours",
        "Attribute “material”": "theirs",
        "Attribute “height_cm”": "yours",
        "Attribute “Bulb”": "theirs",
    }
    assert editor.post(conflict_of(lamp), sent_back(page)).status_code == 302
    now = held(lamp.product_id)
    assert [(v.sku, v.prices) for v in now.variants] == [
        (small, {"USD": 9900, "EUR": 9500}),
        ("HALO-XL", {"USD": 19900}),
    ]
    assert now.variants[0].image == 0
    assert now.attributes == {"material": "Ash", "height_cm": "44", "Bulb": "E27"}


def test_a_variant_one_changed_and_the_other_removed_has_to_be_chosen(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, **{"variants-1-USD": "1.00"}))
    page = editor.post(page_of(lamp), form_of(lamp, **{"variants-1-DELETE": "on"}))
    (row,) = page.context["conflict"].rows
    assert (row.label, row.suggestion, row.yours.text) == (f"Variant {lamp.variants[1].sku}", "", "")
    editor.post(conflict_of(lamp), {**sent_back(page), row.name: "theirs"})
    assert held(lamp.product_id).variants[1].prices == {"USD": 100, "EUR": 14900}


def test_another_order_of_pictures_is_a_place_of_its_own(editor, other_editor, lamp):
    first, second = lamp.images
    other_editor.post(page_of(lamp), form_of(lamp, new_images=[a_picture()]))
    added = held(lamp.product_id).images[2]
    page = editor.post(page_of(lamp), form_of(lamp, **{"images-0-position": 9}))
    assert rows_of(page)["Order of pictures"].suggestion == "yours"
    editor.post(conflict_of(lamp), sent_back(page))
    now = held(lamp.product_id)
    assert [image.key for image in now.images] == [second.key, first.key, added.key]
    assert now.variants[0].image == 1


def test_a_stale_page_with_an_error_keeps_its_version_and_its_pictures(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, **{"images-0-DELETE": "on"}))
    page = editor.post(page_of(lamp), form_of(lamp, title=""))
    assert page.status_code == 422
    assert page.context["editor"].form["version"].value() == str(lamp.version)
    assert [image.key for _form, image in page.context["editor"].pictures()] == [i.key for i in lamp.images]


def test_the_same_change_twice_is_no_conflict(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, title="One title"))
    page = editor.post(page_of(lamp), form_of(lamp, title="One title"), follow=True)
    assert "somebody else saved the same" in page.content.decode()
    assert held(lamp.product_id).version == 2


def test_where_the_opened_version_is_not_kept_every_place_has_to_be_chosen(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, title="Their title", brand="Theirs"))
    history.ProductVersion.objects.filter(version=1).delete()
    page = editor.post(page_of(lamp), form_of(lamp, title="My title"))
    assert page.status_code == 409
    assert {label: (row.known, row.chosen) for label, row in rows_of(page).items()} == {
        "Title": (False, ""),
        "Brand": (False, ""),
    }
    assert "is not kept any more" in page.content.decode()
    editor.post(conflict_of(lamp), chosen(page, {"Title": "yours", "Brand": "theirs"}))
    assert (held(lamp.product_id).title, held(lamp.product_id).brand) == ("My title", "Theirs")


def test_an_import_in_between_is_a_conflict_too(editor, lamp):
    services.save_products(products=[replace(lamp, brand="From a file")], now=LATER)
    page = editor.post(page_of(lamp), form_of(lamp, title="My title"))
    assert page.status_code == 409
    assert "An import changed this product while you were editing" in page.content.decode()
    editor.post(conflict_of(lamp), sent_back(page))
    assert (held(lamp.product_id).title, held(lamp.product_id).brand) == ("My title", "From a file")


def test_plans_that_differ_have_to_be_chosen(editor, other_editor, keep):
    (draft,) = keep(a_product(status=Status.DRAFT))
    other_editor.post(page_of(draft), form_of(draft, **{"plan-publish_at": "2031-12-01T08:00"}))
    page = editor.post(page_of(draft), form_of(draft, title="My title"))
    row = rows_of(page)["On sale from"]
    assert (row.theirs.text, row.yours.text, row.chosen) == ("2031-12-01 08:00 UTC", "", "")
    editor.post(conflict_of(draft), chosen(page, {"On sale from": "theirs"}))
    assert schedules.plans([draft.product_id])[draft.product_id].publish_at.year == 2031
    assert held(draft.product_id).title == "My title"


def test_choices_that_do_not_fit_together_are_told_and_nothing_is_saved(editor, other_editor, keep):
    (draft,) = keep(a_product(status=Status.DRAFT))
    priceless = {f"variants-{n}-{c}": "" for n in (0, 1) for c in ("USD", "EUR")}
    other_editor.post(page_of(draft), form_of(draft, **priceless))
    page = editor.post(page_of(draft), form_of(draft, status="active"))
    again = editor.post(conflict_of(draft), sent_back(page))
    assert again.status_code == 409
    assert "an active product needs a price" in again.content.decode()
    assert held(draft.product_id).version == 2


def test_what_the_shop_did_not_seal_is_refused(editor, other_editor, keep, lamp):
    (mug,) = keep(a_product(title="Mug"))
    other_editor.post(page_of(lamp), form_of(lamp, title="Their title"))
    page = editor.post(page_of(lamp), form_of(lamp, title="My title"))
    sent = chosen(page, {"Title": "yours"})
    assert editor.post(conflict_of(lamp), {**sent, "typed": sent["typed"][:-3]}).status_code == 400
    assert editor.post(conflict_of(mug), sent).status_code == 400
    assert editor.get(conflict_of(lamp)).status_code == 405
    assert (held(lamp.product_id).title, held(mug.product_id)) == ("Their title", mug)


def test_no_model_may_be_chosen_over_the_one_that_somebody_added(editor, other_editor, keep):
    (lamp,) = keep(a_product(model=None))
    theirs = services.save_product(
        product=replace(lamp, model=Model3D("models/b.glb", 5)), expected_version=1, now=NOON
    )
    assert theirs.model
    page = editor.post(page_of(lamp), form_of(lamp, title="My title"))
    kept = editor.post(conflict_of(lamp), chosen(page, {"3D model": "yours"}))
    assert kept.status_code == 302
    now = held(lamp.product_id)
    assert (now.title, now.model) == ("My title", None)


def test_a_join_puts_no_product_into_a_category_that_is_gone(editor, other_editor, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, brand="Theirs"))
    page = editor.post(page_of(lamp), form_of(lamp, category="kitchen"))
    delete_category(writer(), "kitchen")
    refused = editor.post(conflict_of(lamp), sent_back(page))
    assert refused.status_code == 409
    assert "category: the category kitchen is gone" in refused.content.decode()
    assert held(lamp.product_id).category == lamp.category


def test_who_may_only_look_joins_nothing(editor, other_editor, viewer, lamp):
    other_editor.post(page_of(lamp), form_of(lamp, title="Their title"))
    page = editor.post(page_of(lamp), form_of(lamp, title="My title"))
    assert viewer.post(conflict_of(lamp), chosen(page, {"Title": "yours"})).status_code == 403
    assert held(lamp.product_id).title == "Their title"


def test_a_choice_s_name_tells_places_apart_whatever_they_are_called():
    assert name_of(("variants", "A/B", "prices")) != name_of(("variants", "A", "B", "prices"))
