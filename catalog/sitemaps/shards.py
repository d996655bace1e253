"""Writing the shards, and reading which ones there are.

The addresses come from the search index, so that a million products cost the catalog's table nothing. A run has names
of its own; the pointer to it is written last, and the files of the run before stay for crawlers that are half through.
A product that changes while it is written may wait for the next run. Pages themselves name their translations.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings

from catalog import curated, queries
from catalog.domain import ProductCard, Status
from catalog.search.index import search_index, whole
from media import queries as media
from media import services as media_files
from shopcloud.lib.market import markets

MAX_URLS = 50_000
POINTER = "current.json"
_READ = 1000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def write_shards(*, now: datetime) -> int:
    """Write every active product's addresses, then point to them; returns the number of shards.

    Raises SearchUnavailable and MediaUnavailable: the shards there were then stay in use.
    """
    before = current()
    run = f"{now:%Y%m%d%H%M%S}"
    shards = 0
    for cards in _in_groups(_active_products(), MAX_URLS // len(markets())):
        shards += 1
        paths = (market.path(card.path) for card in cards for market in markets().values())
        media_files.store_sitemap(f"{run}-{shards}.xml.gz", gzip.compress(url_set(paths).encode(), 6, mtime=0))
    pointer = {"run": run, "shards": shards, "before": _without_history(before)}
    media_files.store_sitemap(POINTER, json.dumps(pointer).encode())
    _forget(before.get("before"), but=run)
    return shards


def current() -> dict[str, Any]:
    """`{"run": ..., "shards": n}` of the last whole run, {} before the first. Raises MediaUnavailable."""
    try:
        found: dict[str, Any] = json.loads(media.read_sitemap(POINTER))
    except media.NoSuchFile:
        return {}
    return found


def shard(name: str) -> bytes:
    """One shard, compressed. Raises NoSuchFile, MediaUnavailable."""
    return media.read_sitemap(f"{name}.xml.gz")


def names() -> list[str]:
    """The names of the shards there are. Raises MediaUnavailable."""
    found = current()
    return [f"{found['run']}-{number}" for number in range(1, found["shards"] + 1)] if found else []


def index(addresses: Iterable[str]) -> str:
    """The document that lists the shards at `addresses`, which have no host."""
    entries = "".join(f"<sitemap><loc>{_absolute(address)}</loc></sitemap>\n" for address in addresses)
    return f"{_HEAD}<sitemapindex {_SPACE}>\n{entries}</sitemapindex>\n"


def pages(*, now: datetime) -> str:
    """The home page, every category and the collections that are shown, in every market.

    Raises CatalogUnavailable while nobody knows the categories.
    """
    shown = curated.collections(now=now)
    paths = ["/", *(f"/c/{category.path}/" for category in queries.known_tree())]
    paths += ["/collections/", *(collection.path for collection in shown)] if shown else []
    return url_set(market.path(path) for path in paths for market in markets().values())


def url_set(paths: Iterable[str]) -> str:
    entries = "".join(f"<url><loc>{_absolute(path)}</loc></url>\n" for path in paths)
    return f"{_HEAD}<urlset {_SPACE}>\n{entries}</urlset>\n"


def _absolute(path: str) -> str:
    return escape(settings.PUBLIC_URL + path)


def _active_products() -> Iterator[ProductCard]:
    after, found = None, whole(search_index())
    while True:
        page = found.list_for_staff(status=Status.ACTIVE, after=after, limit=_READ)
        yield from page.cards
        if page.next is None:
            return
        after = page.next


def _in_groups(cards: Iterator[ProductCard], size: int) -> Iterator[list[ProductCard]]:
    while group := list(islice(cards, size)):
        yield group


def _without_history(run: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in run.items() if name != "before"}


def _forget(run: dict[str, Any] | None, *, but: str) -> None:
    if run and run.get("run") != but:
        for number in range(1, run["shards"] + 1):
            media_files.forget_sitemap(f"{run['run']}-{number}.xml.gz")
