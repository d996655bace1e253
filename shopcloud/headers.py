"""What each answer tells the browser of its own limits: which scripts run, which sensors there are, who may frame it;
and how large a body a page takes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

STAFF = ("/admin/", "/api/v1/docs/")
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "interest-cohort")
}


def content_security_policy(*, media: Sequence[str], realtime: str, forms: Sequence[str]) -> dict[str, Any]:
    """The shop's: its own scripts and styles from files, none written into a page.

    `media` are origins of pictures and models, `realtime` that of the event streams, `forms` those that a form of ours
    may lead to.
    """
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "img-src": [SELF, "data:", "blob:", *media],
            "connect-src": [SELF, "blob:", *media, *([realtime] if realtime else [])],
            # The 3D viewer compiles its mesh decoders from WebAssembly, in a worker of its own.
            "script-src": [SELF, "'wasm-unsafe-eval'"],
            "worker-src": [SELF, "blob:"],
            # The hash is that of the 3D viewer's style sheet (model-viewer 4.4.0), written into its shadow tree.
            "style-src": [SELF, "'sha256-PXtZZkJMMyc18o/DN1ZEFOJ2qEGq95IQbVaJFMOXOb0='"],
            "object-src": [NONE],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
            "form-action": [SELF, "https://checkout.stripe.com", *forms],
        },
    }


# The admin's theme (Alpine.js) is written in attributes that its script evaluates; nothing comes from elsewhere still.
_STAFF_REPLACES = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "form-action": [SELF],
}


_DATA = ("application/json", "application/problem+json")
# Data is no page: nothing in it may be run, shown or framed. Written once, since every answer of the API carries it.
_OF_DATA = "default-src 'none'; frame-ancestors 'none'"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The shop's policy everywhere, with what the admin's theme and the API's documentation need on staff's pages."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(_DATA):
            response.headers.setdefault("Content-Security-Policy", _OF_DATA)
            return response
        return super().process_response(request, response)

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(STAFF):
            parts.replace = {**_STAFF_REPLACES, **(parts.replace or {})}
        return parts


class BodyLimitMiddleware:
    """413 for a body larger than its page takes, before a byte of it is read.

    Forms and JSON are small; files come from staff alone, in the admin. A body without a length is read as empty.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) > _most(request):
            from shopcloud.errors import too_large

            return too_large(request)
        return self.get_response(request)


def _most(request: HttpRequest) -> int:
    limits: Mapping[str, int] = settings.BODY_LIMITS
    fitting = [prefix for prefix in limits if request.path_info.startswith(prefix)]
    return limits[max(fitting, key=len)]
