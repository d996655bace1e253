"""Our markets, and the middleware that finds a request's market by its URL prefix."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from shopcloud.lib.market import Market

US = Market("us", "en", "USD", False, ("US",), "United States", "")
UK = Market("uk", "en-gb", "GBP", True, ("GB",), "United Kingdom", "/en-gb")
_NEAR_GERMANY = ("DE", "AT", "BE", "NL", "LU", "IE", "ES", "IT")
_REST_OF_THE_UNION = ("BG", "CY", "CZ", "DK", "EE", "FI", "FR", "GR", "HR", "HU", "LT", "LV", "MT", "PL", "PT", "RO",
                      "SE", "SI", "SK")  # fmt: skip
GERMANY = Market("de", "de", "EUR", True, (*_NEAR_GERMANY, *_REST_OF_THE_UNION), "Deutschland", "/de")
FRANCE = Market("fr", "fr", "EUR", True, ("FR", "BE", "LU", "MC"), "France", "/fr")

MARKETS = (US, UK, GERMANY, FRANCE)
BY_CODE = {market.code: market for market in MARKETS}
_BY_PREFIX = {market.prefix: market for market in MARKETS if market.prefix}


def market_of_path(path: str) -> Market:
    """The market whose prefix starts `path`; the United States where none does."""
    return _BY_PREFIX.get("/" + path.split("/", 2)[1] if path.startswith("/") else "", US)


def without_prefix(path: str) -> str:
    """`/de/c/lighting/` -> `/c/lighting/`."""
    return path.removeprefix(market_of_path(path).prefix) or "/"


def in_accepted_language(market: Market, header: str) -> Market:
    """The market in the language that an `Accept-Language` header likes best of ours; its own where there is none."""
    for wanted, _weight in parse_accept_lang_header(header.lower()):
        if market.language.partition("-")[0] == wanted:
            return market
        try:
            return replace(market, language=translation.get_supported_language_variant(wanted))
        except LookupError:
            continue
    return market


class MarketMiddleware:
    """Sets `request.market` and the language. On pages the URL alone decides, so that a page is the same for everyone
    on it; apps name the market in `?market=`, and may ask for another language with `Accept-Language`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith("/api/")
        market = BY_CODE.get(request.GET.get("market", US.code)) if is_api else market_of_path(request.path_info)
        if market is None:
            return _unknown_market()
        if is_api:
            market = in_accepted_language(market, request.headers.get("Accept-Language", ""))
        request.market = market  # type: ignore[attr-defined]
        with translation.override(market.language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", market.language)
        if is_api:
            patch_vary_headers(response, ["Accept-Language"])
        return response


def _unknown_market() -> HttpResponse:
    body = {
        "type": "urn:shopcloud:problem:unknown_market",
        "title": "Unknown market",
        "status": 400,
        "code": "unknown_market",
        "detail": f"There is no such market. Use one of: {', '.join(BY_CODE)}.",
    }
    return JsonResponse(body, status=400, content_type="application/problem+json")
