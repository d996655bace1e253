"""A product's page: what is wrong is told beside the field, and nothing typed is lost."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import schedules, services, tasks
from catalog.admin.editing import Editor
from catalog.domain import Image, Status, TaxClass, Variant
from shopcloud.lib import clock
from tests.catalog.admin.conftest import LIST, a_picture, form_of, held
from tests.catalog.factories import NOON, a_product


def page_of(product) -> str:
    return f"{LIST}{product.product_id}/change/"


def the_one(client):
    (product,) = client.get(LIST).context["products"]
    return product


def test_an_added_product_is_listed_once_it_is_indexed(editor, guest):
    answer = editor.post(f"{LIST}add/", form_of() | {"_continue": "1"})
    assert answer.status_code == 302
    product_id = answer["Location"].split("/")[-3]
    assert list(editor.get(LIST).context["products"]) == []
    tasks.index_products([product_id])
    made = the_one(editor)
    assert (made.title, made.status, made.variants[0].prices) == ("Dusk lamp", Status.ACTIVE, {"USD": 4900})
    assert b"Dusk lamp" in guest.get(made.path).content


def test_an_empty_slug_is_made_from_the_title(editor):
    answer = editor.post(f"{LIST}add/", form_of(title="Größe & Licht!", slug="", _continue="1"))
    assert held(answer["Location"].split("/")[-3]).slug == "groe-licht"


def test_a_new_price_stands_on_the_product_page(editor, lamp, guest):
    assert editor.post(page_of(lamp), form_of(lamp, **{"variants-0-USD": "133.70"})).status_code == 302
    assert held(lamp.product_id).variants[0].prices == {"USD": 13370, "EUR": 11900}
    assert b"$133.70" in guest.get(lamp.path).content


def test_saving_a_page_as_it_stands_changes_nothing_but_the_version(editor, lamp):
    # Browsers end the lines of a text with a carriage return, too.
    editor.post(page_of(lamp), form_of(lamp, description=lamp.description.replace("\n", "\r\n")))
    now = held(lamp.product_id)
    assert LogEntry.objects.get().get_change_message() == "No fields changed."
    assert replace(now, version=lamp.version, updated_at=lamp.updated_at) == lamp


NASTY = {
    "Also in": "Chairs; Bar furniture",
    "Care": "30 degrees; Iron: no",
    "Size: outer": "40: 60",
    "Story": "One line\nand: another\r\n",
    " blanks ": "\taround\u00a0 ",
    "Path": "C:\\new\\s",
    "Nothing": "",
    "Long": "x" * 12_000,
}


def sent_back(page: bytes, name: str) -> str:
    """What a browser sends of an area that nobody touched."""
    shown = re.search(rf'<textarea[^\n]* name="{name}"[^\n]*?">\n?(.*?)</textarea>'.encode(), page, re.DOTALL)
    return unescape(shown[1].decode()).replace("\r\n", "\n").replace("\n", "\r\n")


def test_attributes_and_options_come_back_as_they_are_whatever_they_hold(editor, keep):
    variant = Variant("SET-1", {"Set": "Fork; Knife", **NASTY}, {"USD": 900}, barcode="9" * 64)
    (told,) = keep(
        a_product(attributes=NASTY, variants=(variant,), brand="b" * 120, images=(Image("a/b.webp", 9, 9, "t" * 200),))
    )
    page = editor.get(page_of(told)).content
    areas = {name: sent_back(page, name) for name in ("attributes", "variants-0-options")}
    assert "Also in: Chairs; Bar furniture" in areas["attributes"].splitlines()
    assert editor.post(page_of(told), form_of(told, **areas)).status_code == 302
    now = held(told.product_id)
    assert LogEntry.objects.get().get_change_message() == "No fields changed."
    assert replace(now, version=told.version, updated_at=told.updated_at) == told
    more = areas["attributes"] + "\r\nMade in: Wales\r\nRatio: 1:2"
    assert editor.post(page_of(now), form_of(now, **areas | {"attributes": more})).status_code == 302
    assert held(told.product_id).attributes == {**NASTY, "Made in": "Wales", "Ratio": "1:2"}


@pytest.mark.parametrize("written", ["Material:", ": Oak", "Material: Oak\nMaterial: Ash", "Weave: " + "x" * 10_001])
def test_a_pair_that_is_not_whole_is_told_beside_its_field(editor, lamp, written):
    page = editor.post(page_of(lamp), form_of(lamp, attributes=written))
    assert list(page.context["editor"].form.errors) == ["attributes"]
    assert held(lamp.product_id) == lamp


def test_a_backslash_that_staff_write_is_one(editor, lamp):
    assert editor.post(page_of(lamp), form_of(lamp, attributes="Sound: AC\\DC")).status_code == 302
    assert held(lamp.product_id).attributes == {"Sound": "AC\\DC"}


def test_currencies_the_form_does_not_show_are_kept(editor, keep, lamp):
    sek = replace(lamp.variants[0], prices={**lamp.variants[0].prices, "SEK": 139900})
    kept = services.save_product(
        product=replace(lamp, variants=(sek, lamp.variants[1])), expected_version=lamp.version, now=NOON
    )
    editor.post(page_of(kept), form_of(kept, **{"variants-0-SEK": "", "variants-0-USD": ""}))
    assert held(lamp.product_id).variants[0].prices == {"EUR": 11900, "SEK": 139900}


def test_a_variant_is_added_and_another_one_removed(editor, lamp):
    changes = {
        "variants-TOTAL_FORMS": 3,
        "variants-0-DELETE": "on",
        "variants-2-sku": "HALO-XL",
        "variants-2-options": "size: Huge",
        "variants-2-USD": "199",
    }
    assert editor.post(page_of(lamp), form_of(lamp, **changes)).status_code == 302
    variants = held(lamp.product_id).variants
    assert [v.sku for v in variants] == [lamp.variants[1].sku, "HALO-XL"]
    assert (variants[1].options, variants[1].prices) == ({"size": "Huge"}, {"USD": 19900})


def test_an_untouched_empty_variant_is_no_variant(editor, lamp):
    names = ("sku", "options", "weight_grams", "barcode", "USD", "EUR", "GBP")
    empty = {f"variants-2-{name}": "" for name in names}
    answer = editor.post(page_of(lamp), form_of(lamp, **{"variants-TOTAL_FORMS": 3, **empty}))
    assert answer.status_code == 302
    assert len(held(lamp.product_id).variants) == 2


def test_the_page_has_one_empty_variant_for_browsers_without_javascript(editor, lamp):
    page = editor.get(page_of(lamp)).content.decode()
    assert 'name="variants-2-sku"' in page
    assert 'name="variants-__prefix__-sku"' in page.partition("<template")[2]


def test_pictures_are_put_into_another_order_and_variants_keep_theirs(editor, lamp):
    first, second = lamp.images
    editor.post(page_of(lamp), form_of(lamp, **{"images-0-position": 9, "images-1-alt": "From behind"}))
    now = held(lamp.product_id)
    assert [image.key for image in now.images] == [second.key, first.key]
    assert now.images[0].alt == "From behind"
    assert now.variants[0].image == 1


def test_a_removed_picture_is_gone_from_its_variant(editor, lamp):
    editor.post(page_of(lamp), form_of(lamp, **{"images-0-DELETE": "on"}))
    now = held(lamp.product_id)
    assert ([image.key for image in now.images], now.variants[0].image) == ([lamp.images[1].key], None)


def test_an_added_picture_is_stored_and_comes_last(editor, lamp):
    assert editor.post(page_of(lamp), form_of(lamp, new_images=[a_picture()])).status_code == 302
    now = held(lamp.product_id)
    assert len(now.images) == 3
    assert (now.images[2].width, now.images[2].height, now.images[2].alt) == (64, 48, "Halo lamp")
    assert editor.get(page_of(lamp)).status_code == 200


@pytest.mark.parametrize("field", ["new_images", "model_file"])
def test_an_upload_that_is_not_what_it_says_is_refused_beside_its_field(editor, lamp, field):
    wrong = SimpleUploadedFile("lamp.png", b"<svg onload=alert(1)>", content_type="image/png")
    page = editor.post(page_of(lamp), form_of(lamp, title="Renamed", **{field: wrong}))
    assert page.status_code == 422
    assert list(page.context["editor"].form.errors) == [field]
    assert b'value="Renamed"' in page.content
    assert held(lamp.product_id).version == lamp.version


def test_a_sku_used_twice_is_told_beside_the_second(editor, lamp):
    page = editor.post(page_of(lamp), form_of(lamp, **{"variants-1-sku": lamp.variants[0].sku}))
    assert page.status_code == 422
    assert page.context["editor"].variants.errors == [{}, {"sku": ["Another variant has this SKU."]}]
    assert b"Another variant has this SKU." in page.content


def wrong_places(editor: Editor) -> set[str]:
    """The fields that an error stands beside; of the variants or pictures as a whole, their name alone."""
    parts = {"variants": editor.variants, "images": editor.images}
    return {
        *editor.form.errors,
        *(name for name, part in parts.items() if part.non_form_errors()),
        *(
            f"{name}-{n}-{field}"
            for name, part in parts.items()
            for n, errors in enumerate(part.errors)
            for field in errors
        ),
    }


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"slug": "Not A Slug"}, "slug"),
        ({"slug": "two--hyphens"}, "slug"),
        ({"category": "garden/gnomes"}, "category"),
        ({"kind": "ethereal"}, "kind"),
        ({"status": "lost"}, "status"),
        ({"rank": "-1"}, "rank"),
        ({"rank": "first"}, "rank"),
        ({"attributes": "no colon"}, "attributes"),
        ({"attributes": "a: " + "x" * 20_000}, "attributes"),
        ({"description": "x" * 20_001}, "description"),
        ({"version": "newest"}, "version"),
        ({"variants-0-sku": "no spaces please"}, "variants-0-sku"),
        ({"variants-0-sku": ""}, "variants-0-sku"),
        ({"variants-0-options": "small"}, "variants-0-options"),
        ({"variants-0-USD": "-1"}, "variants-0-USD"),
        ({"variants-0-USD": "12.345"}, "variants-0-USD"),
        ({"variants-0-USD": "NaN"}, "variants-0-USD"),
        ({"variants-0-USD": "99999999999"}, "variants-0-USD"),
        ({"variants-0-USD": "cheap"}, "variants-0-USD"),
        ({"variants-0-weight_grams": "heavy"}, "variants-0-weight_grams"),
        ({"variants-TOTAL_FORMS": ""}, "variants"),
        ({"variants-TOTAL_FORMS": "101"}, "variants"),
        ({"variants-0-DELETE": "on", "variants-1-DELETE": "on"}, "variants"),
        ({"images-0-position": "top"}, "images-0-position"),
        ({"images-TOTAL_FORMS": "x"}, "images"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_saved(editor, lamp, changes, where):
    page = editor.post(page_of(lamp), form_of(lamp, **changes))
    assert page.status_code == 422
    assert wrong_places(page.context["editor"]) == {where}
    assert b'role="alert"' in page.content
    assert held(lamp.product_id) == lamp


def test_an_active_product_needs_a_price(editor, lamp):
    bare = {f"variants-{n}-{c}": "" for n in (0, 1) for c in ("USD", "EUR")}
    page = editor.post(page_of(lamp), form_of(lamp, **bare))
    assert page.status_code == 422
    assert b"an active product needs a price" in page.content
    assert editor.post(page_of(lamp), form_of(lamp, **bare, status="draft")).status_code == 302


def test_view_only_staff_see_everything_and_save_nothing(viewer, lamp):
    page = viewer.get(page_of(lamp))
    assert page.status_code == 200
    assert b'<fieldset class="product-fields" disabled>' in page.content
    assert b"_continue" not in page.content
    assert viewer.post(page_of(lamp), form_of(lamp, title="Mine")).status_code == 403
    assert viewer.get(f"{LIST}add/").status_code == 403
    assert held(lamp.product_id) == lamp


@pytest.mark.parametrize("product_id", ["nosuch", "x" * 3000, "NO%20SUCH", "%00"])
def test_an_unknown_product_is_a_404(editor, product_id):
    assert editor.get(f"{LIST}{product_id}/change/").status_code == 404
    assert editor.post(f"{LIST}{product_id}/change/", form_of()).status_code == 404


def test_the_history_tells_who_changed_what(editor, lamp):
    editor.post(page_of(lamp), form_of(lamp, title="Renamed lamp"))
    editor.post(f"{LIST}status/", {"do": "archive", "product": lamp.product_id})
    entries = LogEntry.objects.filter(object_id=lamp.product_id).order_by("pk")
    assert [entry.get_change_message() for entry in entries] == ["Changed title.", "Changed status."]
    page = editor.get(f"{LIST}{lamp.product_id}/history/")
    assert page.status_code == 200
    assert b"Changed title." in page.content


def test_an_added_product_has_a_history(editor):
    answer = editor.post(f"{LIST}add/", form_of() | {"_continue": "1"})
    (entry,) = LogEntry.objects.all()
    assert (entry.object_id, entry.object_repr) == (answer["Location"].split("/")[-3], "Dusk lamp")


def test_products_are_never_deleted(editor, lamp):
    assert editor.post(f"{LIST}{lamp.product_id}/delete/").status_code in {403, 404}
    assert held(lamp.product_id) == lamp


def test_the_tax_class_is_chosen_and_an_import_leaves_it(editor, lamp):
    assert editor.post(page_of(lamp), form_of(lamp, tax_class="books")).status_code == 302
    kept = held(lamp.product_id)
    assert kept.tax_class is TaxClass.BOOKS
    services.save_products(products=[replace(kept, tax_class=TaxClass.STANDARD, rank=kept.rank + 1)], now=NOON)
    assert held(lamp.product_id).tax_class is TaxClass.BOOKS
    assert editor.post(page_of(lamp), form_of(held(lamp.product_id), tax_class="gold")).status_code == 422


GERMAN = {"title": "Halo-Leuchte", "description": "Warmes Licht.", "seo_title": "", "seo_description": ""}


def test_texts_in_other_languages_are_written_shown_and_taken_away_again(editor, lamp, guest):
    words = {f"text-de-{name}": text for name, text in GERMAN.items()}
    assert editor.post(page_of(lamp), form_of(lamp, seo_title="Oak lamp", **words)).status_code == 302
    now = held(lamp.product_id)
    assert now.translations == {"de": {"title": "Halo-Leuchte", "description": "Warmes Licht."}}
    assert now.seo_title == "Oak lamp"
    assert "translations" in LogEntry.objects.get().get_change_message()
    assert "Halo-Leuchte" in guest.get(f"/de{now.path}").content.decode()
    page = editor.get(page_of(lamp)).content.decode()
    assert 'value="Halo-Leuchte"' in page and "2 of 4 texts" in page
    editor.post(page_of(lamp), form_of(now, seo_title=""))
    assert (held(lamp.product_id).translations, held(lamp.product_id).seo_title) == ({}, "")


def test_a_translated_text_that_is_too_long_is_told_beside_its_field(editor, lamp):
    page = editor.post(page_of(lamp), form_of(lamp, **{"text-fr-title": "x" * 201}))
    assert page.status_code == 422
    assert [form.language for form in page.context["editor"].wordings if form.errors] == ["fr"]
    assert held(lamp.product_id) == lamp


@pytest.fixture
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def test_a_draft_is_planned_shown_and_unplanned(editor, keep, noon):
    (draft,) = keep(a_product(status=Status.DRAFT))
    times = {"plan-publish_at": "2026-12-01T08:00", "plan-archive_at": "2026-12-24T18:30"}
    assert editor.post(page_of(draft), form_of(draft, **times)).status_code == 302
    plan = schedules.plans([draft.product_id])[draft.product_id]
    assert plan == schedules.Plan(datetime(2026, 12, 1, 8, tzinfo=UTC), datetime(2026, 12, 24, 18, 30, tzinfo=UTC))
    page = editor.get(page_of(draft)).content.decode()
    assert 'value="2026-12-01T08:00"' in page and "time zone, UTC." in page
    shelf = " ".join(editor.get(LIST).content.decode().split())
    assert "On sale from 12/01/2026 8 a.m. UTC" in shelf and "Off sale from 12/24/2026 6:30 p.m. UTC" in shelf
    now = held(draft.product_id)
    editor.post(page_of(draft), form_of(now, **times, title="Renamed"))
    assert schedules.plans([draft.product_id])[draft.product_id] == plan
    editor.post(page_of(draft), form_of(held(draft.product_id)))
    assert schedules.plans([draft.product_id]) == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "active", "plan-publish_at": "2026-12-01T08:00"}, "publish_at"),
        ({"plan-publish_at": "2026-11-20T11:00"}, "publish_at"),
        ({"plan-publish_at": "soon"}, "publish_at"),
        ({"plan-publish_at": "2026-12-02T08:00", "plan-archive_at": "2026-12-02T08:00"}, "archive_at"),
        ({"plan-archive_at": "2026-12-02T08:00"}, "archive_at"),
        ({"plan-publish_at": "2026-12-01T08:00", "variants-0-USD": "", "variants-0-EUR": "",
          "variants-1-USD": "", "variants-1-EUR": ""}, "publish_at"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_come_true_is_told_beside_its_field_and_nothing_is_saved(editor, keep, noon, changes, field):
    (draft,) = keep(a_product(status=Status.DRAFT))
    page = editor.post(page_of(draft), form_of(draft, **changes))
    assert page.status_code == 422
    assert list(page.context["editor"].plan.errors) == [field]
    assert held(draft.product_id).version == draft.version
    assert schedules.plans([draft.product_id]) == {}


def test_staff_are_told_on_both_pages_of_a_plan_that_was_refused(editor, keep, noon):
    priceless = tuple(replace(v, prices={}) for v in a_product().variants)
    (draft,) = keep(a_product(status=Status.DRAFT, title="Priceless", variants=priceless))
    schedules.plan(product_id=draft.product_id, publish_at=NOON, archive_at=None, author=None)
    schedules.carry_out(now=NOON)
    assert "an active product needs a price" in editor.get(page_of(draft)).content.decode()
    assert [product.title for product in editor.get(LIST).context["refused"]] == ["Priceless"]


def test_who_may_only_look_plans_nothing(viewer, keep):
    (draft,) = keep(a_product(status=Status.DRAFT))
    answer = viewer.post(page_of(draft), form_of(draft, **{"plan-publish_at": "2030-12-01T08:00"}))
    assert answer.status_code == 403
    assert schedules.plans([draft.product_id]) == {}
