"""What makes a page public: no session, no cookie, and a header that lets caches keep it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from shopcloud.lib import residency
from shopcloud.lib.market import MarketRequest

CACHE_CONTROL = "public, max-age=0, s-maxage=60, stale-while-revalidate=300"
# For a page made of last-known copies: the next visitor should see the healed shop.
NO_STORE = "no-store"


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer GET and HEAD alone, and let caches keep what succeeded unless the view said otherwise."""

    @require_safe
    @wraps(view)
    def answer(request: MarketRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with residency.here():
            response = view(request, *args, **kwargs)
        if response.status_code in {200, 301}:
            response.headers.setdefault("Cache-Control", CACHE_CONTROL)
        return response

    return answer
