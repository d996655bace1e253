"""A small furniture shop in an index of its own."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.domain import Product, Rating, Status, Variant

from .engines import ENGINES, an_index

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def product(product_id: str, title: str, category: str, price: int = 1000, **fields) -> Product:
    """One product at `price` cents; euros cost the same, pounds are not asked."""
    stock = fields.pop("in_stock", True)
    sku = fields.pop("sku", f"SKU-{product_id.upper()}")
    variant = Variant(
        sku, fields.pop("options", {}), {"USD": price, "EUR": price}, barcode=fields.pop("barcode", ""), in_stock=stock
    )
    given = {"status": Status.ACTIVE, "created_at": START, "updated_at": START, **fields}
    return Product(
        product_id=product_id, slug=f"item-{product_id}", title=title, category=category, variants=(variant,), **given
    )


SHOP = [
    product("b1", "Billy bookcase, white", "storage/bookcases", 6900, brand="Norrvik", rating=Rating(4.6, 12), rank=2),
    product("b2", "Billy bookcase, brown", "storage/bookcases", 7900, brand="Norrvik", rating=Rating(3.2, 4), rank=3),
    product(
        "b3", "Tall bookcase", "storage/bookcases", 24900, brand="Ålvik & Co", description="White oak.", in_stock=False
    ),
    product("s1", "Frej sofa bed", "sofas/sofa-beds", 49900, brand="Norrvik", rating=Rating(4.0, 1), rank=1),
    product("s2", "Garden sofa", "sofas/outdoor", 39900, brand="Ålvik & Co", barcode="4006381333931"),
    product("l1", "Café lamp", "lighting/table-lamps", 2500, attributes={"material": "Brass"}, sku="LAMP-01"),
    product("l2", "Desk lamp", "lighting/table-lamps", 4500, created_at=START + timedelta(days=9)),
    product("d1", "Secret lamp", "lighting/table-lamps", 100, status=Status.DRAFT),
    product("a1", "Old lamp", "lighting/table-lamps", 100, status=Status.ARCHIVED),
]


@pytest.fixture(params=ENGINES)
def index(request, tmp_path):
    """An index that was never made, on each engine."""
    with an_index(request.param, tmp_path / "search") as made:
        yield made


@pytest.fixture
def shop(index):
    index.rebuild(SHOP)
    return index
