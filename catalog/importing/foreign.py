"""SKUs that are another product's already: stock and orders know goods by SKU, so a file may not take one over."""

from collections.abc import Callable, Iterable
from itertools import islice

from catalog.domain import Product
from catalog.importing.report import Parsed, RejectedRow

# Which product each of these SKUs belongs to, as far as the shop above knows.
Owners = Callable[[list[str]], dict[str, str]]
CHUNK = 2000
_asked: list[Owners] = []
FOREIGN = "this SKU belongs to another product; give it another one, or that product's id"


def ask(owners: Owners) -> None:
    """The shop above says whom to ask when staff look a file over."""
    _asked[:] = [owners]


def refuse_foreign(parsed: Parsed) -> int:
    """Refuse the products of a file that want a SKU of another one, each at its line; returns how many."""
    products = iter(list(parsed.products.values()))
    refused = 0
    while _asked and (chunk := list(islice(products, CHUNK))):
        found = foreign_skus(chunk, _asked[0])
        for product_id, sku in found.items():
            parsed.drop(product_id, RejectedRow("sku", f"{sku}: {FOREIGN}"))
        refused += len(found)
    return refused


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
