"""What every page of products in the admin needs."""

from django.http import Http404

from catalog import queries
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
