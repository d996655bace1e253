"""Pages whose form ends on another host. Browsers hold a form to `form-action` through all of its redirects."""

from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse


def allow_form_to(url: str, *, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """`response`, whose form may also lead to the host of `url`."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    csp_update({"form-action": [origin]})(lambda _request: response)(request)
    return response
