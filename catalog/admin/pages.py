"""What every page of products in the admin needs."""

from collections.abc import Iterable

from django.http import Http404

from catalog import categories, queries
from catalog.domain import Freshness, Product
from catalog.models import CatalogProduct

LIST, CHANGE = "admin:catalog_catalogproduct_changelist", "admin:catalog_catalogproduct_change"
HISTORY = "admin:catalog_catalogproduct_history"


def product_of(product_id: str) -> Product:
    """The product as it is now; a page that is not there for an unknown one."""
    try:
        return queries.product(product_id, freshness=Freshness.STRONG)
    except queries.ProductNotFound as error:
        raise Http404(str(error)) from None


def row_of(product: Product) -> CatalogProduct:
    """What the admin's log knows of a product."""
    return CatalogProduct(product_id=product.product_id, title=product.title)


def gone_places(pairs: Iterable[tuple[Product, Product]]) -> dict[str, str]:
    """Of products that are to be saved, each with what is stored: id -> why, where one would be put into a category
    that is not there. One that stands in such a category already may stay. Raises CatalogUnavailable.
    """
    moved = [product for product, stored in pairs if product.category != stored.category]
    tree = categories.fresh().by_path if moved else {}
    return {p.product_id: f"the category {p.category} is gone" for p in moved if p.category not in tree}
