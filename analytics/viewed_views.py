"""Recently viewed: a private part of public pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from analytics import viewed
from analytics.consent import may_count
from analytics.viewer import NAME, Unknown, forget_viewer, forgetting, join_viewed, own_viewer, viewer_of
from catalog import queries as catalog
from shopcloud.lib import redis
from shopcloud.lib.resilience import TierUnavailable

SHOWN = 5
_TEMPLATE = "analytics/recently_viewed.html"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recently_viewed(request: HttpRequest) -> HttpResponse:
    """What this visitor looked at last, without the product `but`; the button named `clear` forgets all of it.

    Nothing, rather than an error, while a store is away; and nothing without consent, which forgets what there was.
    """
    if request.method == "POST":
        answer = HttpResponse() if request.headers.get("HX-Request") else redirect("home")
        return forgetting(request, answer)
    if not may_count(request):
        return forgetting(request, HttpResponse())
    try:
        return _shown(request)
    except (TierUnavailable, *Unknown, *redis.Unavailable):
        return HttpResponse()


def _shown(request: HttpRequest) -> HttpResponse:
    joined = join_viewed(request, HttpResponse())
    viewer = own_viewer(request) or viewer_of(request)
    found = viewed.product_ids(viewer) if viewer else []
    wanted = [product_id for product_id in found if product_id != request.GET.get("but")]
    cards = catalog.cards_by_id(wanted)[:SHOWN] if wanted else []
    response = render(request, _TEMPLATE, {"cards": cards})
    response.cookies.update(joined.cookies)
    if not viewer and NAME in request.COOKIES:
        forget_viewer(response)
    return response
