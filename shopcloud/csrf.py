"""CSRF protection that needs no cookie on public pages: the browser's own word for where a request comes from.

`Sec-Fetch-Site` cannot be set by a page, so a POST marked `same-origin` comes from our pages. Browsers that do not
send it send `Origin`; anything else must carry Django's token.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware


class FetchMetadataCsrfMiddleware(CsrfViewMiddleware):
    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if _is_from_our_pages(request):
            return self._accept(request)  # type: ignore[attr-defined,no-any-return]
        return super().process_view(request, callback, args, kwargs)


def _is_from_our_pages(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":
        return False
    scheme = "https" if request.is_secure() else "http"
    return origin == f"{scheme}://{request.get_host()}" or origin in settings.CSRF_TRUSTED_ORIGINS
