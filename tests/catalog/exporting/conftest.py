"""Products on the shelves and in the index, and exports of them as workers make them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from catalog.domain import Product
from catalog.exporting import background, exports
from catalog.exporting.chosen import Choice
from catalog.importing.changes import changes_of
from catalog.importing.importer import read_file
from catalog.models import ProductExport
from catalog.repository import products
from catalog.search import indexing
from media import storage
from shopcloud.lib import aws, clock
from tests.catalog.admin.conftest import keep, shelves  # noqa: F401  the same shelves as the admin's
from tests.catalog.factories import NOON


@pytest.fixture(autouse=True)
def alone(shelves):  # noqa: F811
    """An export of everything has what this test stored, and other tests nothing of it."""
    _forget_all()
    yield
    _forget_all()


def _forget_all() -> None:
    with ThreadPoolExecutor(8) as several:
        list(several.map(forget, list(indexing.every_product(4))))


def asked(kind: str = "csv", **choice) -> ProductExport:
    return exports.ask(kind=kind, choice=Choice(**choice), author_id=None, now=clock.now())


def made(kind: str = "csv", **choice) -> ProductExport:
    """A finished export."""
    row = asked(kind, **choice)
    assert background.run(export_id=row.pk, now=clock.now())
    row.refresh_from_db()
    assert row.is_ready
    return row


def stored(row: ProductExport) -> bytes | None:
    found = storage.open_object(settings.DOWNLOADS_BUCKET, row.file)
    return b"".join(found.chunks) if found else None


def forget(product: Product) -> None:
    """As in a shop that never had it."""
    key = {"product_id": {"S": product.product_id}}
    aws.dynamodb().delete_item(TableName=f"{settings.DYNAMODB_TABLE_PREFIX}products", Key=key)
    products().forget(product.product_id)


@pytest.fixture
def read_back(tmp_path):
    """The products of an export's file, as an import reads them."""

    def read(row: ProductExport):
        path: Path = tmp_path / row.name
        path.write_bytes(stored(row))
        parsed = read_file(path, now=NOON)
        assert parsed.rejected == []
        return parsed

    return read


@pytest.fixture
def differences(read_back):
    """What importing an export would change: ids with the names of their fields."""

    def find(row: ProductExport) -> dict[str, list[str]]:
        parsed = read_back(row)
        changes = changes_of(parsed.products.values(), told=parsed.told)
        return {c.product.product_id: [f.name for f in c.fields] for c in changes if c.is_new or c.fields}

    return find
