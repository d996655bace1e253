"""Public pages: kept for a minute as a CDN would keep them, so that a warm page costs one Redis read at most.

They are kept compressed: a tenth of the bytes in the store, on the wire, and on a phone.
"""

import gzip
import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from catalog import queries as catalog
from catalog.domain import MAX_COLLECTION_PAGES, ancestors
from shopcloud.lib import metrics, redis
from shopcloud.lib.moment import Moment
from shopcloud.markets import MARKETS, market_of_path, without_prefix

KEPT_SECONDS = 60
MEMORY_PAGES = 512
_KEPT_HEADERS = ("Content-Type", "Cache-Control", "Content-Language", "Link", "X-Robots-Tag")
_SAME_AS_NONE = {("sort", "newest")}
_memory: Moment[bytes] = Moment(MEMORY_PAGES)


class PublicPageMiddleware:
    """Answers anonymous catalog pages from the cache, and keeps those whose response says `public, s-maxage`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_kept(request):
            return self.get_response(request)
        key = page_key(request.get_host(), _address(request))
        kept = _kept(key)
        if kept is not None:
            return _revive(kept, request)
        response = self.get_response(request)
        if _says_public(response):
            patch_vary_headers(response, ["Accept-Encoding"])
            _keep(key, response)
        return response


def _may_be_kept(request: HttpRequest) -> bool:
    if request.method != "GET":
        return False
    path = without_prefix(request.path_info)
    # Only parameters the page reads: made-up query strings must not fill the cache.
    kept = path == "/" or path.startswith(("/c/", "/p/", "/collections/"))
    return kept and set(request.GET) <= set(_known(path))


def _known(path: str) -> tuple[str, ...]:
    """The parameters that the page at this path reads, in the order they are spelled in."""
    if path.startswith("/p/") and path.endswith("/reviews/"):
        return ("sort", "stars", "cursor")
    return ("cursor",) if path.startswith(("/c/", "/collections/")) else ()


def _address(request: HttpRequest) -> str:
    """What the page depends on, spelled one way: `?cursor=&cursor=` must not be another page than none."""
    asked = {name: request.GET.get(name) for name in _known(without_prefix(request.path_info))}
    told = {name: value for name, value in asked.items() if value and (name, value) not in _SAME_AS_NONE}
    return f"{request.path}?{urlencode(told)}" if told else request.path


def _says_public(response: HttpResponse) -> bool:
    control = response.get("Cache-Control", "")
    return response.status_code == 200 and "public" in control and "s-maxage" in control and not response.cookies


def page_key(host: str, path: str) -> str:
    return redis.key("page", host, path)


def _kept(key: str) -> bytes | None:
    seen = _memory.get(key)
    if seen is not None:
        metrics.cache_read("page", hit=True)
        return seen
    try:
        kept: bytes | None = redis.copy(lambda: redis.store().get(key))
    except redis.Unavailable:
        return None
    metrics.cache_read("page", hit=kept is not None)
    if kept is not None:
        _memory.keep(key, kept)
    return kept


def _keep(key: str, response: HttpResponse) -> None:
    headers = json.dumps({name: response[name] for name in _KEPT_HEADERS if name in response}).encode()
    page = headers + b"\n" + gzip.compress(response.content, 6, mtime=0)
    try:
        redis.copy(lambda: redis.store().set(key, page, ex=KEPT_SECONDS))
    except redis.Unavailable:
        return


def _revive(kept: bytes, request: HttpRequest) -> HttpResponse:
    """The kept page, compressed for whoever can read that: it holds no secret that a size could tell."""
    headers, _, body = kept.partition(b"\n")
    response = HttpResponse(headers=json.loads(headers))
    response["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response["Content-Encoding"] = "gzip"
        response.content = body
    else:
        response.content = gzip.decompress(body)
    return response


def forget_product_page(*, slug: str, product_id: str) -> None:
    """Drop a product's pages in every market after it changed, and what they show as bought together with it."""
    page = f"/p/{slug}-{product_id}/"
    _forget([page, f"{page}together/"])


def forget_collection_pages(slugs: Iterable[str]) -> None:
    """Drop the pages of collections after they changed, and those that list them."""
    listing = ["/collections/", *(f"/collections/{slug}/" for slug in slugs)]
    _forget(["/", *(address for path in listing for address in _every_page(path))])


def forget_home_page() -> None:
    _forget(["/"])


def _every_page(path: str) -> list[str]:
    return [path, *(f"{path}?{urlencode({'cursor': number})}" for number in range(1, MAX_COLLECTION_PAGES + 1))]


def forget_category_pages(path: str) -> None:
    """Drop the first pages of a category, of those above it and right below it, and the front doors."""
    shown = [*ancestors(path), *(child.path for child in catalog.children(path))]
    _forget(["/", *(f"/c/{category}/" for category in shown)])


def _forget(addresses: Iterable[str]) -> None:
    """Drop these addresses, which have no market's prefix, in every market."""
    hosts = {*settings.ALLOWED_HOSTS, settings.PUBLIC_URL.partition("://")[2]}
    keys = [page_key(host, market.path(path)) for path in addresses for host in hosts for market in MARKETS]
    redis.store().delete(*keys)
    for key in keys:
        _memory.forget(key)


def shop_context(request: HttpRequest) -> dict[str, Any]:
    """What every template may use. Touches neither session nor user: public pages are the same for everyone."""
    market = getattr(request, "market", None) or market_of_path(request.path_info)
    path = without_prefix(request.path_info)
    return {
        "market": market,
        "markets": [{"market": m, "url": m.path(path)} for m in MARKETS],
        "departments": catalog.departments(),
        "public_url": settings.PUBLIC_URL,
        "canonical_url": settings.PUBLIC_URL + request.path,
        "realtime_url": settings.REALTIME_URL,
    }
