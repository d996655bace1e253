"""A mapped file of goods that the shop has: a row means the product that has its SKU, and takes no other SKU."""

import re
from io import BytesIO

import pytest

from catalog import queries, services
from catalog.domain import Freshness, Kind, Product, Variant
from catalog.importing import background, imports
from catalog.importing.importer import read_file, save_parsed
from catalog.models import ProductImport
from catalog.search import indexing
from orders.models import StockItem
from orders.queries import sku_owners
from orders.stock import set_on_hand
from shopcloud.lib import clock, ids
from shopcloud.wiring.product_imports import go_on
from tests.catalog.factories import NOON, a_product

from .conftest import diff_made_for

pytestmark = pytest.mark.django_db
RULES = {"category": {"column": "kind"}, "price": {"column": "price", "currency": "EUR"}, "stock": {"column": "units"}}
BY_SKU = RULES | {"product": {"id": "{sku}", "sku": "{sku}", "title": "{title}"}}
BY_BOTH = RULES | {"product": {"id": "{id}", "sku": "{sku}", "title": "{title}"}}
BY_ID = RULES | {"product": {"id": "{id}", "title": "{title}"}}


def draft(mapping, *lines: str) -> ProductImport:
    content = "\n".join(["id,sku,title,price,units,kind", *lines]).encode()
    row = imports.upload(file=BytesIO(content), name="supplier.csv", author_id=None, now=clock.now())
    imports.set_mapping(import_id=row.pk, mapping=mapping)
    return row


def imported(mapping, *lines: str) -> ProductImport:
    row = draft(mapping, *lines)
    imports.confirm(import_id=row.pk, now=clock.now())
    assert go_on(row.pk)
    row.refresh_from_db()
    return row


def kept(*, stocked: bool = True, **changes) -> Product:
    product = services.create_product(product=a_product(**changes), now=NOON)
    for variant in product.variants if stocked else ():
        set_on_hand(sku=variant.sku, product_id=product.product_id, on_hand=4, now=NOON)
    indexing.index([product.product_id])
    return product


def single(**changes) -> Product:
    code = ids.product_id()
    variants = (Variant(sku=f"LAMP-{code}", options={}, prices={"EUR": 900, "USD": 1000}, barcode="0123"),)
    return kept(**{"product_id": code, "variants": variants, **changes})


def stored(product: Product) -> Product:
    return queries.product(product.product_id, freshness=Freshness.STRONG)


def euros(product: Product) -> dict[str, int]:
    return {variant.sku: variant.prices["EUR"] for variant in stored(product).variants}


@pytest.mark.parametrize("stocked", [True, False])
def test_a_row_updates_the_variant_that_has_its_sku(stocked):
    lamp = kept(stocked=stocked)
    small, large = lamp.variants
    row = imported(BY_SKU, f"x,{large.sku},Halo lamp,99.00,9,Lamps")
    assert (row.created, row.updated, row.failed) == (0, 1, 0)
    assert euros(lamp) == {small.sku: 11900, large.sku: 9900}
    assert queries.products_by_id([large.sku.lower()], freshness=Freshness.STRONG) == {}


def test_rows_of_several_variants_update_one_product():
    lamp = kept()
    small, large = lamp.variants
    lines = (f"x,{small.sku},Halo lamp,88.00,9,Lamps", f"y,{large.sku},Halo lamp,99.00,9,Lamps")
    looked_at = diff_made_for(draft(BY_SKU, *lines))
    assert [change.product.product_id for change in looked_at.changes] == [lamp.product_id]
    assert imported(BY_SKU, *lines).updated == 1
    assert euros(lamp) == {small.sku: 8800, large.sku: 9900}
    assert imported(BY_SKU, *lines).unchanged == 1


def test_digital_goods_are_found_by_their_sku_and_get_no_stock():
    book = single(stocked=False, kind=Kind.DIGITAL)
    (variant,) = book.variants
    row = imported(BY_SKU, f"x,{variant.sku},Pattern book,12.00,9,Books")
    assert (row.created, row.updated, euros(book)) == (0, 1, {variant.sku: 1200})
    assert not StockItem.objects.filter(sku=variant.sku).exists()


def test_the_command_finds_products_by_sku_too(file_of, tmp_path):
    lamp = single()
    (variant,) = lamp.variants
    rules = tmp_path / "rules.toml"
    rules.write_text(
        '[product]\nid = "{sku}"\nsku = "{sku}"\ntitle = "{title}"\n[category]\ndefault = "lighting"\n'
        '[price]\ncolumn = "price"\ncurrency = "EUR"\n'
    )
    parsed = read_file(file_of(f"sku,title,price\n{variant.sku},Lamp,7.00".encode()), mapping=str(rules), now=NOON)
    assert save_parsed(parsed, owners=sku_owners, now=clock.now()).updated == 1
    assert (list(parsed.products), euros(lamp)) == ([lamp.product_id], {variant.sku: 700})


def test_a_suppliers_own_number_does_not_hide_a_product():
    lamp = single()
    (variant,) = lamp.variants
    row = imported(BY_BOTH, f"number-{lamp.product_id},{variant.sku},Lamp,7.00,1,Lamps")
    assert (row.created, row.updated, euros(lamp)) == (0, 1, {variant.sku: 700})


@pytest.mark.parametrize("stocked", [True, False])
def test_an_id_and_a_sku_of_two_products_are_refused(stocked):
    lamp, other = single(stocked=stocked), single(stocked=stocked)
    sku = other.variants[0].sku
    lines = (f"{lamp.product_id},{sku},Lamp,7.00,1,Lamps",)
    looked_at = diff_made_for(draft(BY_BOTH, *lines))
    assert (looked_at.changes, looked_at.foreign) == ((), 1)
    row = imported(BY_BOTH, *lines)
    (problem,) = row.problems.all()
    assert (row.updated, row.created, row.failed, problem.line, problem.field) == (0, 0, 1, 2, "sku")
    assert {lamp.product_id, other.product_id, sku} <= set(re.findall(r"[\w-]+", problem.reason))
    assert (stored(lamp), stored(other)) == (lamp, other)


@pytest.mark.parametrize(("mapping", "sku"), [(BY_ID, "ignored"), (BY_BOTH, "")])
def test_a_product_of_one_variant_keeps_its_sku_where_a_row_says_none(mapping, sku):
    lamp = single(stocked=False)
    (variant,) = lamp.variants
    row = imported(mapping, f"{lamp.product_id},{sku},Lamp,7.00,6,Lamps")
    assert (row.updated, row.failed, euros(lamp)) == (1, 0, {variant.sku: 700})
    assert StockItem.objects.get(product_id=lamp.product_id).sku == variant.sku


def test_a_row_without_a_sku_changes_a_product_of_two_variants_but_not_their_prices():
    lamp = kept()
    row = imported(BY_ID, f"{lamp.product_id},,Halo lamp II,7.00,6,Lamps")
    assert (stored(lamp).title, stored(lamp).variants) == ("Halo lamp II", lamp.variants)
    (problem,) = row.problems.all()
    assert (problem.line, problem.field, "has 2 variants" in problem.reason) == (2, "price", True)
    assert (row.updated, row.failed) == (1, 1)


def test_a_new_product_without_a_sku_gets_one_of_its_id():
    code = ids.product_id()
    imported(BY_ID, f"{code},,Lamp,7.00,6,Lamps")
    assert [v.sku for v in queries.product(code, freshness=Freshness.STRONG).variants] == [code]


def test_the_address_of_a_product_stays_unless_the_file_has_a_column_for_it():
    lamp = single(slug="as-staff-said")
    sku = lamp.variants[0].sku
    imported(BY_SKU, f"x,{sku},Another title,7.00,1,Lamps")
    assert (stored(lamp).slug, stored(lamp).title) == ("as-staff-said", "Another title")
    told = BY_SKU | {"product": BY_SKU["product"] | {"slug": "{id}"}}
    imported(told, f"as-the-file-says,{sku},Another title,7.00,1,Lamps")
    assert stored(lamp).slug == "as-the-file-says"


@pytest.mark.parametrize("stocked", [True, False])
def test_rows_may_repeat_an_id_with_the_skus_of_its_variants(stocked):
    lamp, other = kept(stocked=stocked), single(stocked=stocked)
    small, large = lamp.variants
    lines = [f"{lamp.product_id},{v.sku},Halo lamp,{price},9,Lamps" for v, price in ((small, "88"), (large, "99"))]
    row = imported(BY_BOTH, *lines, f"{lamp.product_id},NOT-{small.sku},Halo lamp,1,9,Lamps",
                   f"{lamp.product_id},{other.variants[0].sku},Halo lamp,1,9,Lamps")  # fmt: skip
    assert (row.created, row.updated, row.failed) == (0, 1, 2)
    assert euros(lamp) == {small.sku: 8800, large.sku: 9900}
    assert [(p.line, p.field) for p in row.problems.all()] == [(4, "id"), (5, "sku")]
    assert stored(other) == other


@pytest.mark.parametrize("apart", [0, 5])
def test_a_row_of_another_variant_far_below_does_not_take_one_away(monkeypatch, apart):
    monkeypatch.setattr(background, "CHUNK", 2)
    lamp = single()
    (variant,) = lamp.variants
    new = f"{variant.sku}-L"
    between = [f"{ids.product_id()},,Lamp,7.00,1,Lamps" for _row in range(apart)]
    row = imported(BY_BOTH, f"{lamp.product_id},{new},Lamp,88,9,Lamps", *between,
                   f"{lamp.product_id},{variant.sku},Lamp,99,9,Lamps")  # fmt: skip
    assert euros(lamp) == {variant.sku: 9900, new: 8800}
    assert (row.created, row.updated, row.failed, row.products_done) == (apart, 1, 0, apart + 2)


def test_rows_of_one_product_that_stand_far_apart_are_saved_once(monkeypatch):
    monkeypatch.setattr(background, "CHUNK", 2)
    lamp = kept()
    small, large = lamp.variants
    lines = [f"x,{small.sku},Halo S,88,9,Lamps", *(f"{ids.product_id()},,Lamp,7.00,1,Lamps" for _row in range(3))]
    first = imported(BY_BOTH, *lines, f"y,{large.sku},Halo L,99,9,Lamps")
    again = imported(BY_BOTH, *lines, f"y,{large.sku},Halo L,99,9,Lamps")
    assert (first.updated, stored(lamp).title, stored(lamp).version) == (1, "Halo L", lamp.version + 1)
    assert (again.updated, again.unchanged, stored(lamp).version) == (0, 4, lamp.version + 1)


def test_a_row_with_the_products_id_and_a_row_with_another_agree():
    lamp = kept()
    small, large = lamp.variants
    row = imported(
        BY_BOTH, f"{lamp.product_id},{small.sku},Halo lamp,88,9,Lamps", f"x,{large.sku},Halo lamp,99,9,Lamps"
    )
    assert (row.updated, row.failed, euros(lamp)) == (1, 0, {small.sku: 8800, large.sku: 9900})
