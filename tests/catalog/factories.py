"""Products for tests: small, valid, and different where a test says so."""

from datetime import UTC, datetime

from catalog.domain import Category, Image, Kind, Model3D, Product, Status, Variant
from shopcloud.lib import ids

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def a_product(**changes) -> Product:
    """An active lamp with two variants under an id of its own."""
    product_id = changes.pop("product_id", None) or ids.product_id()
    sku = product_id.upper()
    described = {
        "product_id": product_id,
        "slug": "halo-lamp",
        "title": "Halo lamp",
        "brand": "Nordlys",
        "category": "lighting/table-lamps",
        "description": "Warm light.\n\nOak foot.",
        "kind": Kind.PHYSICAL,
        "status": Status.ACTIVE,
        "variants": (
            Variant(
                sku=f"{sku}-S",
                options={"size": "Small", "finish": "Oak"},
                prices={"USD": 12900, "EUR": 11900},
                weight_grams=2100,
                barcode="2000000000015",
                image=0,
            ),
            Variant(sku=f"{sku}-L", options={"size": "Large", "finish": "Oak"}, prices={"USD": 15900, "EUR": 14900}),
        ),
        "images": (Image("images/a/960.webp", 960, 960, "A lamp"), Image("images/b/960.webp", 960, 960)),
        "model": Model3D("models/a.glb", 1234),
        "attributes": {"material": "Oak", "height_cm": "42"},
        "rank": 7,
        "created_at": NOON,
        "updated_at": NOON,
    }
    return Product(**{**described, **changes})


def a_category(path: str, name: str = "", **changes) -> Category:
    return Category(path=path, name=name or path.rpartition("/")[2].title(), **changes)
