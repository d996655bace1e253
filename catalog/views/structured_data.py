"""What search engines read: schema.org Product and BreadcrumbList as JSON-LD."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from catalog.domain import Product, Variant
from media.delivery import image_url
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

MAX_OFFERS = 20
# The characters that could end the script element, as in Django's `json_script`.
_UNSAFE = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def absolute(url: str) -> str:
    """A URL with the shop's host; one that has a host already stays."""
    return settings.PUBLIC_URL + url if url.startswith("/") else url


def product_data(product: Product, *, market: Market, crumbs: list[dict[str, str]]) -> SafeString:
    graph = [_product(product, market), _breadcrumbs(crumbs, market)]
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return mark_safe(text.translate(_UNSAFE))


def _product(product: Product, market: Market) -> dict[str, Any]:
    offers = [_offer(product, v, market) for v in product.variants if market.currency in v.prices]
    data: dict[str, Any] = {
        "@type": "Product",
        "name": product.title,
        "productID": product.product_id,
        "image": [absolute(image_url(image.key, 960)) for image in product.images],
        "description": product.description[:5000],
        "offers": offers[:MAX_OFFERS],
    }
    if product.brand:
        data["brand"] = {"@type": "Brand", "name": product.brand}
    if product.rating.count:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(product.rating.average, 1),
            "reviewCount": product.rating.count,
        }
    return data


def _offer(product: Product, variant: Variant, market: Market) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "sku": variant.sku,
        "price": str(Money(variant.prices[market.currency], market.currency).major),
        "priceCurrency": market.currency,
        "availability": f"https://schema.org/{'InStock' if variant.in_stock else 'OutOfStock'}",
        "url": absolute(market.path(product.path)),
    }


def _breadcrumbs(crumbs: list[dict[str, str]], market: Market) -> dict[str, Any]:
    steps = [{"label": "ShopCloud", "url": market.path("/")}, *crumbs]
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": step["label"],
            **({"item": absolute(step["url"])} if step["url"] else {}),
        }
        for position, step in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}
