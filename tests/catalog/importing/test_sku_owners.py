"""Whose a SKU is where files say everything of a product: what one gives up in a file, another may have."""

from dataclasses import replace
from io import BytesIO

import pytest

from catalog import queries
from catalog.domain import Freshness, Kind, Product, Variant
from catalog.exporting import files
from catalog.importing import imports
from catalog.importing.foreign import FOREIGN
from catalog.importing.importer import read_file, save_parsed
from catalog.models import ProductImport
from orders import queries as orders
from orders.models import StockItem
from orders.stock import set_on_hand
from shopcloud.lib import clock, ids, outbox
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring.product_imports import go_on
from tests.catalog.factories import a_product

from .conftest import NOW, diff_made_for
from .test_by_sku import kept, single, stored

pytestmark = pytest.mark.django_db


def written(*products: Product) -> bytes:
    file = BytesIO()
    files.write("csv", products, file)
    return file.getvalue()


def draft(*products: Product) -> ProductImport:
    return imports.upload(file=BytesIO(written(*products)), name="goods.csv", author_id=None, now=clock.now())


def imported(*products: Product) -> ProductImport:
    row = draft(*products)
    imports.confirm(import_id=row.pk, now=clock.now())
    assert go_on(row.pk)
    row.refresh_from_db()
    return row


def relay() -> None:
    while outbox.relay(subscriptions=HANDLERS, now=clock.now()):
        pass


def with_sku(product: Product, sku: str) -> Product:
    return replace(product, variants=(*product.variants, Variant(sku, {"Size": "M"}, {"EUR": 900, "USD": 1000})))


def skus(product: Product) -> list[str]:
    found = queries.products_by_id([product.product_id], freshness=Freshness.STRONG)
    return [variant.sku for one in found.values() for variant in one.variants]


@pytest.mark.parametrize("giver_first", [True, False])
@pytest.mark.parametrize("taker_is_new", [True, False])
def test_a_variant_moves_to_another_product_in_one_file_with_its_stock(giver_first, taker_is_new):
    giver = kept()
    small, large = giver.variants
    taker = a_product(variants=(replace(small, sku=f"{small.sku}-x"),)) if taker_is_new else single()
    asked = [replace(giver, variants=(small,)), with_sku(taker, large.sku)]
    row = imported(*(asked if giver_first else reversed(asked)))
    relay()
    assert (row.failed, skus(giver), skus(taker)[-1]) == (0, [small.sku], large.sku)
    assert StockItem.objects.get(sku=large.sku).product_id == taker.product_id
    assert stored(taker).variants[-1].in_stock


def test_the_command_moves_a_variant_with_its_stock_too(file_of):
    giver, taker = kept(), single()
    small, large = giver.variants
    asked = with_sku(taker, large.sku), replace(giver, variants=(small,))
    parsed = read_file(file_of(written(*asked)), now=NOW)
    assert save_parsed(parsed, owners=orders.sku_owners, now=clock.now()).updated == 2
    relay()
    assert (skus(giver), skus(taker)[-1]) == ([small.sku], large.sku)
    assert StockItem.objects.get(sku=large.sku).product_id == taker.product_id


@pytest.mark.parametrize("stocked", [True, False])
def test_a_sku_that_its_product_keeps_is_refused(stocked):
    book, other = single(stocked=stocked, kind=Kind.PHYSICAL if stocked else Kind.DIGITAL), single()
    (variant,) = book.variants
    thief = with_sku(other, variant.sku)
    looked_at = diff_made_for(draft(thief))
    assert (looked_at.changes, looked_at.foreign) == ((), 1)
    row = imported(thief)
    assert [(p.line, p.field, FOREIGN in p.reason) for p in row.problems.all()] == [(2, "sku", True)]
    assert (row.updated, row.failed, skus(other)) == (0, 1, [other.variants[0].sku])


def test_who_is_refused_gives_nothing_up():
    book, giver, taker = single(), kept(), single()
    small, large = giver.variants
    # It would give its large one up, but wants the book's.
    greedy = with_sku(replace(giver, variants=(small,)), book.variants[0].sku)
    row = imported(with_sku(taker, large.sku), greedy)
    assert (row.updated, row.failed) == (0, 2)
    assert (skus(giver), skus(taker)) == ([small.sku, large.sku], [taker.variants[0].sku])


def test_stock_left_behind_by_a_product_is_taken_along():
    giver, taker = single(), single()
    set_on_hand(sku=f"{giver.product_id}-old", product_id=giver.product_id, on_hand=3, now=NOW)
    row = imported(with_sku(taker, f"{giver.product_id}-old"))
    relay()
    assert (row.updated, row.failed) == (1, 0)
    assert StockItem.objects.get(sku=f"{giver.product_id}-old").product_id == taker.product_id


def shopify(*lines: str) -> None:
    """Imports rows of handle, size, SKU and count; of a handle's rows the first has the title."""
    header = "Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty"
    rows = [line.split(",") for line in lines]
    made = [f"{handle},{handle},Mugs,Size,{size},{sku},9.20,{count}" for handle, size, sku, count in rows]
    content = "\n".join([header, *made]).encode()
    row = imports.upload(file=BytesIO(content), name="export.csv", author_id=None, now=clock.now())
    imports.confirm(import_id=row.pk, now=clock.now())
    assert go_on(row.pk)
    relay()
    row.refresh_from_db()
    assert row.failed == 0, row.problems.all()


def shown(product_id: str) -> dict[str, bool]:
    variants = queries.product(product_id, freshness=Freshness.STRONG).variants
    return {variant.sku.partition("-")[0]: variant.in_stock for variant in variants}


@pytest.mark.parametrize("there", [0, 4])
@pytest.mark.parametrize("taker_is_new", [True, False])
def test_a_sku_that_changes_its_product_is_in_stock_only_where_its_stock_is_whatever_the_file_counts(
    there, taker_is_new
):
    end = ids.product_id()
    shopify(
        f"jug{end},S,S-{end},1", f"jug{end},L,L-{end},{there}", *([] if taker_is_new else [f"cup{end},M,M-{end},1"])
    )
    shopify(f"jug{end},S,S-{end},1", f"cup{end},M,M-{end},1", f"cup{end},L,L-{end},5")
    assert StockItem.objects.get(sku=f"L-{end}").product_id == f"shopifycup{end}"
    assert shown(f"shopifycup{end}") == {"M": True, "L": there > 0}
