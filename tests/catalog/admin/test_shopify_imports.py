"""A Shopify export in the admin: its columns are known, its currency and where its products stand are asked."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import queries, services
from catalog.domain import Freshness
from catalog.importing import looks
from catalog.importing.text import stable_id
from catalog.models import ProductImport
from catalog.search import indexing
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on

PAGES = "/admin/catalog/productimport/"
HEADER = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
SAID = {"currency": "EUR", "below": "", "default_category": "kitchen"}


@pytest.fixture
def importer(staff):
    return staff("catalog.view_productimport", "catalog.add_productimport")


def uploaded(browser, *lines: str) -> str:
    content = (HEADER + "\n".join(lines)).encode()
    browser.post(f"{PAGES}add/", {"file": SimpleUploadedFile("export.csv", content)})
    return f"{PAGES}{ProductImport.objects.latest('pk').pk}/"


def imported(browser, *lines: str, **said: str) -> ProductImport:
    page = uploaded(browser, *lines)
    assert browser.post(f"{page}mapping/", SAID | said | {"keep": ""}).url == f"{page}change/"
    browser.post(f"{page}do/", {"do": "start"})
    row = ProductImport.objects.latest("pk")
    go_on(row.pk)
    row.refresh_from_db()
    return row


def stored(product_id: str):
    return queries.product(product_id, freshness=Freshness.STRONG)


def test_the_currency_and_a_category_are_asked_before_the_changes_are_shown(importer):
    page = uploaded(importer, "cup,Cup,,Title,Default Title,CUP,9.20")
    assert importer.get(f"{page}change/").url == f"{page}mapping/"
    assert "What does the file not say?" in importer.get(f"{page}mapping/").content.decode()
    refused = importer.post(f"{page}mapping/", SAID | {"currency": "", "default_category": "", "keep": ""})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"currency", "default_category"})
    shown = importer.post(f"{page}mapping/", SAID | {"show": ""})
    assert [p.title for p in shown.context["parsed"].products.values()] == ["Cup"]
    importer.post(f"{page}mapping/", SAID | {"keep": ""})
    importer.get(f"{page}change/")
    looks.make(import_id=ProductImport.objects.latest("pk").pk, now=clock.now())
    (change,) = importer.get(f"{page}change/").context["diff"].changes
    assert (change.product.product_id, change.product.category) == ("shopifycup", "kitchen")
    assert change.product.variants[0].prices == {"EUR": 920, "USD": 1000, "GBP": 790}
    again = importer.get(f"{page}mapping/").context["form"]
    assert {name: again[name].value() for name in SAID} == SAID


def test_prices_that_staff_set_in_other_currencies_stay_on_the_next_import(importer):
    line = "mug,Mug,Mugs,Size,{0},MUG-{0},{1}"
    assert imported(importer, line.format("S", "9.20")).created == 1
    mug = stored("shopifymug")
    small = replace(mug.variants[0], prices={"EUR": 920, "USD": 1299})
    services.save_product(product=replace(mug, variants=(small,)), expected_version=mug.version, now=clock.now())
    again = imported(importer, line.format("S", "10.00"), line.format("L", "18.40"))
    assert (again.updated, again.created) == (1, 0)
    assert [dict(variant.prices) for variant in stored("shopifymug").variants] == [
        {"EUR": 1000, "USD": 1299},
        {"EUR": 1840, "USD": 2000, "GBP": 1580},
    ]


def test_variants_keep_the_skus_that_they_got_and_new_ones_get_others(importer):
    there = imported(importer, "tie,Tie,Ties,Width,1.5,,9.20", "tie,,,,15,,9.20", "bow-tie,Bow tie,,,,,9")
    tie = stored("shopifytie")
    earlier = (replace(tie.variants[0], sku="tie-15"),)
    services.save_product(product=replace(tie, variants=earlier), expected_version=tie.version, now=clock.now())
    indexing.index([stable_id("bow-tie", prefix="shopify")])
    again = imported(importer, "tie,Tie,Ties,Width,1.5,,9.20", "tie,,,,15,,9.20", "bow,Bow,Ties,Kind,Tie,,9")
    made = {v.options["Width"]: v.sku for v in stored("shopifytie").variants}
    assert (made["1.5"], made["15"].startswith("tie-15-")) == ("tie-15", True)
    (bow,) = stored("shopifybow").variants
    assert (there.failed, again.failed, bow.sku.startswith("bow-tie-")) == (0, 0, True)
    same = imported(importer, "bow,Bow,Ties,Kind,Tie,,9", "tie,Tie,Ties,Width,15,,9.20", "tie,,,,1.5,,9.20")
    assert {v.options["Width"]: v.sku for v in stored("shopifytie").variants} == made
    assert (same.failed, stored("shopifybow").variants[0].sku) == (0, bow.sku)
