"""SKUs that are another product's already: stock and orders know goods by SKU, so a file may not take one over."""

from collections.abc import Callable, Iterable

from catalog.domain import Product

# Which product each of these SKUs belongs to, as far as the shop above knows.
Owners = Callable[[list[str]], dict[str, str]]
FOREIGN = "this SKU belongs to another product; give it another one, or that product's id"


def foreign_skus(wanted: Iterable[Product], owners: Owners) -> dict[str, str]:
    """The products that want a SKU of another product, each with that SKU: stock and orders know goods by it."""
    products = list(wanted)
    known = owners([variant.sku for product in products for variant in product.variants])
    return {
        product.product_id: variant.sku
        for product in products
        for variant in product.variants
        if known.get(variant.sku, product.product_id) != product.product_id
    }
