"""`manage.py import_products` on the real stores."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog import queries, services
from catalog.domain import Freshness
from catalog.dynamo.tables import PRODUCTS
from catalog.models import ProductImport
from catalog.search.index import SearchRequest, search_index
from orders.models import StockLevel, StockMovement
from orders.stock import set_on_hand
from shopcloud.lib import aws
from shopcloud.wiring.product_imports import go_on

from .conftest import NOW, SAMPLES

pytestmark = pytest.mark.django_db
FURNITURE = (str(SAMPLES / "furniture.csv"), "--mapping", "ikea")


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("import_products", *arguments, stdout=said)
    return said.getvalue()


def stored(product_id: str):
    return queries.products_by_id([product_id], freshness=Freshness.STRONG).get(product_id)


@pytest.fixture
def imported():
    """The report of an import of new products: an index that another test made may lack them."""
    for number in range(1, 10):
        key = {"product_id": {"S": f"ikea7000000{number}"}}
        aws.dynamodb().delete_item(TableName=PRODUCTS.full_name, Key=key)
    return run(*FURNITURE)


def test_an_import_can_be_browsed_searched_and_bought(imported):
    assert stored("ikea70000001").variants[0].prices["USD"] == 7068
    assert "furniture/beds" in {c.path for c in queries.tree()}
    assert "ikea70000001" in {card.product_id for card in search_index().search(SearchRequest(text="norrvik")).hits}
    assert StockLevel.objects.get(sku="IKEA-70000001").on_hand == 25


def test_the_report_names_every_rejected_row(imported):
    assert "rejected line 6: price:" in imported
    assert "rejected 6" in imported
    assert "second category" in imported


def test_a_repeated_import_changes_nothing(imported):
    before = stored("ikea70000001")
    again = run(*FURNITURE)
    assert "created 0, updated 0, unchanged 3" in again
    assert stored("ikea70000001") == before
    assert StockMovement.objects.filter(sku="IKEA-70000001").count() == 1


def test_a_repeated_import_leaves_stock_and_category_names_as_staff_set_them(imported):
    set_on_hand(sku="IKEA-70000001", product_id="ikea70000001", on_hand=2, now=NOW)
    beds = next(c for c in queries.tree() if c.path == "furniture/beds")
    try:
        services.save_categories(categories=[replace(beds, name="Sleeping")])
        run(*FURNITURE)
        assert StockLevel.objects.get(sku="IKEA-70000001").on_hand == 2
        assert queries.category("furniture/beds").name == "Sleeping"
    finally:
        services.save_categories(categories=[beds])


def test_a_changed_row_updates_its_product_alone(imported, tmp_path):
    changed = tmp_path / "furniture.csv"
    changed.write_bytes((SAMPLES / "furniture.csv").read_bytes().replace(b"265,0", b"300,0"))
    try:
        assert "created 0, updated 1, unchanged 2" in run(str(changed), "--mapping", "ikea")
        assert stored("ikea70000001").variants[0].prices["USD"] == 8001
    finally:
        run(*FURNITURE)


def test_a_trial_run_saves_nothing():
    said = run(str(SAMPLES / "lamps.jsonl"), "--mapping", str(SAMPLES / "lamps.toml"), "--dry-run")
    assert "trial run" in said
    assert "rejected line 3: row" in said
    assert stored("lampa1") is None
    assert not StockLevel.objects.filter(sku="A1").exists()


def test_a_file_handed_to_the_workers_is_imported_by_the_same_mapping():
    assert "the workers go on" in run(*FURNITURE, "--background")
    row = ProductImport.objects.get()
    assert go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.products_done, row.problems.count()) == ("finished", 3, 6)
    assert stored("ikea70000001").variants[0].prices["USD"] == 7068


def test_a_shopify_export_needs_no_mapping():
    assert "12 rows, 3 products" in run(str(SAMPLES / "shopify.csv"), "--dry-run")


def test_a_broken_file_is_an_error_and_nothing_is_half_done(file_of):
    path = file_of((SAMPLES / "lamps.jsonl").read_bytes()[:-1].replace(b"{", b"<"), "lamps.jsonl")
    with pytest.raises(CommandError, match="JSON"):
        run(str(path), "--mapping", str(SAMPLES / "lamps.toml"))
    assert stored("lampa1") is None


def test_a_missing_file_and_an_unknown_mapping_are_errors(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(str(tmp_path / "none.csv"), "--mapping", "ikea")
    with pytest.raises(CommandError, match="No mapping"):
        run(FURNITURE[0], "--mapping", "nobody")
