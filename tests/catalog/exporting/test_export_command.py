"""`manage.py export_products` on the real stores."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.domain import Status
from catalog.importing.importer import read_file
from catalog.repository import CatalogUnavailable
from shopcloud.wiring.management.commands import export_products
from tests.catalog.factories import NOON, a_product

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("export_products", *map(str, arguments), stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "jsonl"])
def test_a_file_is_written_that_import_products_knows(kind, keep, tmp_path):
    products = keep(a_product(), a_product(status=Status.DRAFT))
    assert "2 products written" in run(tmp_path / f"goods.{kind}")
    said = StringIO()
    call_command("import_products", str(tmp_path / f"goods.{kind}"), stdout=said)
    assert "created 0, updated 0, unchanged 2, rejected 0" in said.getvalue()
    run(tmp_path / f"drafts.{kind}", "--status", "draft")
    assert list(read_file(tmp_path / f"drafts.{kind}", now=NOON).products) == [products[1].product_id]


def test_another_ending_or_category_is_refused(tmp_path):
    with pytest.raises(CommandError, match="should end in"):
        run(tmp_path / "goods.ods")
    with pytest.raises(CommandError, match="lighting/table-lamps"):
        run(tmp_path / "goods.csv", "--category", "No Path")


def test_a_file_that_is_there_is_left_until_the_new_one_is_whole(keep, tmp_path, monkeypatch):
    path = tmp_path / "goods.csv"
    path.write_text("as it was")

    def half(choice):
        yield a_product()
        raise CatalogUnavailable

    monkeypatch.setattr(export_products, "chosen", half)
    with pytest.raises(CommandError, match="was not written"):
        run(path)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("as it was", [path])
