"""Whose a SKU is: two products that had the same one would share its stock, and its line in every cart."""

from django.utils.translation import gettext as _

from catalog import queries
from catalog.domain import Freshness, InvalidProduct, Product
from catalog.importing.foreign import owners_of
from catalog.search.index import search_index


def other_owners(skus: list[str], product_id: str) -> dict[str, Product]:
    """Those of the SKUs that another product has, each with that product.

    Stock proposes whose a SKU is, and the search index, a second behind, for what was never counted; the products
    themselves decide. Raises CatalogUnavailable, SearchUnavailable.
    """
    proposed = {*owners_of(skus).values(), *search_index().with_codes(skus)} - {product_id}
    found = queries.products_by_id(proposed, freshness=Freshness.STRONG)
    return {sku: product for product in found.values() for sku in skus if product.variant(sku)}


def taken(owner: Product) -> str:
    said = {"title": owner.title, "id": owner.product_id}
    return _("“%(title)s” (%(id)s) has this SKU. Write another one, or take it away there first.") % said


def refuse_taken(product: Product, stored: Product) -> None:
    """Raises InvalidProduct where saving `product` over `stored` would bring it a SKU that is another one's now."""
    new = [variant.sku for variant in product.variants if stored.variant(variant.sku) is None]
    owners = other_owners(new, product.product_id) if new else {}
    if owners:
        raise InvalidProduct({sku: taken(owner) for sku, owner in owners.items()})
