"""Products as staff name them: by id, by SKU, or by words."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from catalog import queries
from catalog.domain import PRODUCT_ID, ProductCard, ancestors
from catalog.records import card_of
from catalog.repository import CatalogUnavailable
from catalog.search.index import SearchUnavailable

MAX_FOUND = 12
MAX_TEXT = 100


class UnknownProduct(LookupError):
    """No product has this id or SKU."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"No product has the id or SKU “{name}”.")


def product_ids_of(names: Iterable[str]) -> list[str]:
    """The products that have these ids or SKUs. Raises UnknownProduct, CatalogUnavailable, SearchUnavailable."""
    wanted = list(names)
    by_id = queries.products_by_id(name for name in wanted if PRODUCT_ID.fullmatch(name))
    return [name if name in by_id else _product_of_sku(name) for name in wanted]


def cards_of(product_ids: Iterable[str]) -> list[ProductCard | str]:
    """In the order asked for: products of any status, and the bare ids of those that are gone."""
    wanted = list(product_ids)
    found = queries.products_by_id(wanted)
    return [card_of(found[product_id]) if product_id in found else product_id for product_id in wanted]


def search_products(text: str) -> list[ProductCard]:
    """Those with that very SKU or barcode come first. Raises CatalogUnavailable, SearchUnavailable."""
    if not text:
        return []
    coded = map(card_of, queries.products_with_code(text))
    found = {card.product_id: card for card in (*coded, *queries.list_for_staff(text=text, limit=MAX_FOUND).cards)}
    return list(found.values())[:MAX_FOUND]


def ids_with_code(*, q: str, status: str, category: str) -> list[str]:
    """The products with the very SKU or barcode `q` that stand in a list narrowed so. Raises as `search_products`."""
    found = queries.products_with_code(q) if q else []
    return [p.product_id for p in found if status in ("", p.status) and category in ("", *ancestors(p.category))]


def found_page(request: HttpRequest) -> HttpResponse:
    """Products to add, for the words or the SKU in the box."""
    text = " ".join(request.GET.get("find", "").replace("\0", " ").split())[:MAX_TEXT]
    context: dict[str, Any] = {"text": text}
    try:
        context["cards"] = search_products(text)
    except (SearchUnavailable, CatalogUnavailable):
        context["is_away"] = True
    return TemplateResponse(request, "admin/catalog/collection_found.html", context)


def _product_of_sku(sku: str) -> str:
    found = queries.variant_with_sku(sku)
    if found is None:
        raise UnknownProduct(sku)
    return found[0].product_id
