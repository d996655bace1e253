"""What crawlers are asked to leave alone: pages of one person, and searches without end."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shopcloud.markets import MARKETS

PERSONAL = ("/account/", "/cart/", "/checkout/", "/orders/", "/wishlist/")
SEARCHES = ("/search/",)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    refused = ["/admin/", *(market.path(path) for path in (*PERSONAL, *SEARCHES) for market in MARKETS)]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in refused),
        "",
        f"Sitemap: {settings.PUBLIC_URL}/sitemap.xml",
    ]
    headers = {"Cache-Control": "public, max-age=3600"}
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", headers=headers)
