"""A product's page: sent twice, left open for long, with many parts, and with its pictures and files."""

import re

import pytest
from django.contrib.admin.models import LogEntry

from catalog import tasks
from catalog.domain import Image, Variant
from media import storage
from tests.catalog.admin.conftest import LIST, a_picture, form_of, held
from tests.catalog.admin.test_form import page_of
from tests.catalog.factories import a_product
from tests.filled_forms import filled


@pytest.fixture
def new_page(editor):
    """A new product's page as it is sent, with the id that was given out with it."""
    sent = filled(editor.get(f"{LIST}add/").content.decode(), holding="title")
    return lambda **changes: form_of(new_id=sent["new_id"][0], new_images=[a_picture()], **changes)


def test_a_page_that_is_sent_twice_makes_one_product(editor, new_page):
    first = editor.post(f"{LIST}add/", new_page(_continue="1"))
    made = held(first["Location"].split("/")[-3])
    again = editor.post(f"{LIST}add/", new_page(_continue="1"))
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    # So it is when the index has heard of the first.
    tasks.index_products([made.product_id])
    assert editor.post(f"{LIST}add/", new_page(_continue="1"))["Location"] == first["Location"]
    assert held(made.product_id) == made
    assert LogEntry.objects.count() == 1


def test_a_page_that_was_gone_back_to_makes_another_product_of_other_skus(editor, new_page):
    first = editor.post(f"{LIST}add/", new_page(_continue="1"))
    refused = editor.post(f"{LIST}add/", new_page(title="Dawn lamp"))
    assert refused.status_code == 422
    assert "“Dusk lamp”" in refused.context["editor"].form.non_field_errors()[0]
    changes = {"title": "Dawn lamp", "variants-0-sku": "DAWN-S", "_continue": "1"}
    another = editor.post(f"{LIST}add/", new_page(**changes))
    assert another.status_code == 302
    assert held(another["Location"].split("/")[-3]).title == "Dawn lamp"
    assert held(first["Location"].split("/")[-3]).title == "Dusk lamp"
    # Sent twice, it makes no third one with the same SKU.
    assert editor.post(f"{LIST}add/", new_page(**changes))["Location"] == another["Location"]
    assert editor.post(f"{LIST}add/", new_page(**changes | {"title": "Noon lamp"})).status_code == 422


def test_a_product_of_a_hundred_variants_and_pictures_is_saved(editor, keep):
    variants = tuple(Variant(sku=f"WIDE-{n}", options={"size": str(n)}, prices={"USD": 900}) for n in range(100))
    images = tuple(Image(f"images/{n}/960.webp", 960, 960) for n in range(100))
    (wide,) = keep(a_product(variants=variants, images=images))
    page = editor.get(page_of(wide))
    # Each of the hundred choices names all hundred pictures: a template for each would take longer than the page.
    assert page.content.count(b"<option ") > 100 * 100
    assert len(page.templates) < 100 * 100
    sent = filled(page.content.decode(), holding="title")
    assert sum(map(len, sent.values())) > 1_000
    assert editor.post(page_of(wide), {**sent, "title": "Wide lamp"}).status_code == 302
    assert held(wide.product_id).title == "Wide lamp"


def test_a_variant_shows_the_picture_that_is_chosen_for_it(editor, lamp):
    first, second = lamp.images
    sent = filled(editor.get(page_of(lamp)).content.decode(), holding="title")
    assert (sent["variants-0-image"], sent["variants-1-image"]) == ([first.key], [""])
    order = {"images-0-position": 9, "images-1-position": 1}
    assert editor.post(page_of(lamp), {**sent, **order, "variants-1-image": second.key}).status_code == 302
    now = held(lamp.product_id)
    assert [image.key for image in now.images] == [second.key, first.key]
    assert [variant.image for variant in now.variants] == [1, 0]
    sent = filled(editor.get(page_of(now)).content.decode(), holding="title")
    assert editor.post(page_of(lamp), {**sent, "variants-0-image": ""}).status_code == 302
    assert [variant.image for variant in held(lamp.product_id).variants] == [None, 0]
    # A page of the release before does not ask for it.
    old = {name: value for name, value in form_of(held(lamp.product_id)).items() if not name.endswith("-image")}
    assert editor.post(page_of(lamp), old).status_code == 302
    assert [variant.image for variant in held(lamp.product_id).variants] == [None, 0]
    foreign = editor.post(page_of(lamp), form_of(held(lamp.product_id), **{"variants-0-image": "images/x/9.webp"}))
    assert list(foreign.context["editor"].variants.errors[0]) == ["image"]


def test_a_choice_of_pictures_names_what_they_show_as_it_was_written(editor, keep):
    (lamp,) = keep(a_product(images=(Image("images/1/960.webp", 960, 960, 'Oak <b> & "brass"'),)))
    named = '<option value="images/1/960.webp">1: Oak &lt;b&gt; &amp; &quot;brass&quot;</option>'
    assert named in editor.get(page_of(lamp)).content.decode()


def test_a_model_and_a_file_are_taken_away(editor, keep):
    (lamp,) = keep(a_product(download="files/a/manual.pdf"))
    page = editor.get(page_of(lamp)).content.decode()
    assert 'name="without_model"' in page
    assert 'name="without_download"' in page
    assert editor.post(page_of(lamp), form_of(lamp, without_model="on", without_download="on")).status_code == 302
    now = held(lamp.product_id)
    assert (now.model, now.download) == (None, "")
    assert b"without_model" not in editor.get(page_of(lamp)).content


@pytest.mark.parametrize("field", ["new_images", "model_file", "download_file"])
def test_a_store_of_files_that_is_away_is_told_beside_the_field(editor, lamp, field, monkeypatch):
    monkeypatch.setattr(storage, "exists", _away)
    monkeypatch.setattr("media.services.check_model", lambda content: None)
    page = editor.post(page_of(lamp), form_of(lamp, title="Renamed", **{field: a_picture()}))
    assert page.status_code == 422
    assert "does not answer" in page.context["editor"].form.errors[field][0]
    assert b'value="Renamed"' in page.content


def _away(*_given):
    raise storage.MediaUnavailable


def test_a_page_that_is_still_edited_keeps_its_session(editor, lamp):
    page = editor.get(page_of(lamp)).content.decode()
    address = re.search('data-editing="([^"]+)"', page)[1]
    assert 'class="warn-unsaved-form"' in page
    kept = editor.get(address)
    assert (kept.status_code, kept.cookies["sessionid"]["max-age"]) == (204, 30 * 60)
    assert "no-store" in kept["Cache-Control"]
