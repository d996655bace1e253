"""What staff chose to show, as shoppers see it: collections, and the products the home page begins with.

Pages made of it are kept whole, so each is made of what PostgreSQL holds now; only while that is away do the
last-known copies stand in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, cast

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from catalog import queries
from catalog.domain import LANGUAGES, MAX_COLLECTION_PAGES, CardPage, Image, Product
from catalog.models import Collection, CollectionItem, FeaturedProduct
from catalog.records import card_of
from catalog.repository import PAGE_SIZE, BadCursor, CatalogUnavailable
from catalog.search.index import SearchRequest, Sort
from shopcloud.lib import clock
from shopcloud.lib.snapshot import LastKnown, SnapshotUnavailable

MAX_PRODUCTS = MAX_COLLECTION_PAGES * PAGE_SIZE
MAX_SHOWN = MAX_COLLECTION_PAGES * PAGE_SIZE
MAX_FEATURED = 48
_SPOKEN = ("", *LANGUAGES)
_PAGE = re.compile(r"[1-9][0-9]?")
Texts = tuple[tuple[str, str], ...]
Row = TypeVar("Row")


class CollectionNotFound(LookupError):
    """No collection that is shown now has this address."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no collection {slug}.")


class CollectionMoved(Exception):
    """The collection has another address now: `slug`."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        super().__init__(f"This collection is called {slug} now.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A collection. `rule` is what finds its products, None where they were chosen one by one."""

    collection_id: int
    slug: str
    titles: Texts
    intros: Texts
    image: Image | None
    category: str
    rule: SearchRequest | None
    active_from: datetime | None
    active_until: datetime | None
    show_on_home: bool
    former: tuple[str, ...] = ()
    seo_titles: Texts = ()
    seo_descriptions: Texts = ()

    def title_in(self, language: str) -> str:
        return _said(self.titles, language)

    def intro_in(self, language: str) -> str:
        return _said(self.intros, language)

    def seo_title_in(self, language: str) -> str:
        """The title for search engines; an English one never hides a translated title."""
        return _for_engines(self.seo_titles, self.titles, language)

    def seo_description_in(self, language: str) -> str:
        return _for_engines(self.seo_descriptions, self.intros, language)

    def is_shown(self, now: datetime) -> bool:
        return (self.active_from is None or self.active_from <= now) and (
            self.active_until is None or now < self.active_until
        )

    @property
    def path(self) -> str:
        return f"/collections/{self.slug}/"


@dataclass(frozen=True, slots=True)
class CollectionList:
    """One page of collections. `next` and `previous` are opaque cursors, None at the ends."""

    collections: tuple[Shown, ...]
    next: str | None
    previous: str | None


def collections(*, now: datetime) -> list[Shown]:
    """Those shown now, in their order; [] while nobody knows them. Never raises: pages stand without."""
    try:
        known = COLLECTIONS.get()
    except SnapshotUnavailable:
        return []
    return [collection for collection in known if collection.is_shown(now)]


def on_home(*, now: datetime, limit: int) -> list[Shown]:
    """What the home page shows of them. Never raises."""
    return [collection for collection in collections(now=now) if collection.show_on_home][:limit]


def list_collections(*, now: datetime, cursor: str | None = None) -> CollectionList:
    """A page of those shown now. Raises BadCursor, SnapshotUnavailable."""
    shown = [collection for collection in COLLECTIONS.get() if collection.is_shown(now)]
    number = page_number(cursor)
    rows = tuple(_part(shown, number))
    return CollectionList(rows, *_neighbours(number, -(-len(shown) // PAGE_SIZE)))


def collection(slug: str, *, now: datetime) -> Shown:
    """Raises CollectionNotFound, CollectionMoved, SnapshotUnavailable."""
    shown = [collection for collection in COLLECTIONS.get() if collection.is_shown(now)]
    found = next((one for one in shown if one.slug == slug), None)
    if found is None:
        moved = next((one for one in shown if slug in one.former), None)
        raise CollectionMoved(moved.slug) if moved else CollectionNotFound(slug)
    return found


def products_of(shown: Shown, *, cursor: str | None = None) -> CardPage:
    """A page of its products that are for sale. Raises BadCursor, and SearchUnavailable for a rule,
    CatalogUnavailable and SnapshotUnavailable for chosen ones.
    """
    number = page_number(cursor)
    return _chosen(shown, number) if shown.rule is None else _found(shown.rule, number)


def featured(*, now: datetime, limit: int) -> CardPage:
    """The chosen products that are current, in their order; without any, those that say so themselves. Never raises."""
    try:
        current = [row[0] for row in FEATURED.get() if _covers(row[1], row[2], now)]
    except SnapshotUnavailable:
        current = []
    chosen, unknown = _for_sale(current, limit)
    return _lacking(unknown, _page_of(chosen) if chosen else queries.featured(limit))


def page_number(cursor: str | None) -> int:
    """Raises BadCursor."""
    if not cursor:
        return 1
    if not _PAGE.fullmatch(cursor) or not 1 <= int(cursor) <= MAX_COLLECTION_PAGES:
        raise BadCursor
    return int(cursor)


def rule_of(row: Collection) -> SearchRequest:
    """What is asked for the products of a rule."""
    return SearchRequest(
        text=row.text,
        category=queries.category_here_now(row.category),
        brands=(row.brand,) if row.brand else (),
        min_price=row.min_price,
        max_price=row.max_price,
        currency=row.currency,
        in_stock=row.in_stock,
        sort=cast(Sort, row.sort),
        page_size=PAGE_SIZE,
        attributes=attributes_in(row.attributes),
    )


def attributes_in(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """`material: Oak` lines as a search asks for them; what says nothing is left out."""
    found: dict[str, dict[str, None]] = {}
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name and value:
            found.setdefault(name, {})[value] = None
    return tuple((name, tuple(values)) for name, values in found.items())


def _chosen(shown: Shown, number: int) -> CardPage:
    ids = LastKnown(f"collection:{shown.collection_id}", lambda: read_items(shown.collection_id)).get()
    # One more than are shown tells whether a page comes after.
    products, unknown = _for_sale(ids, number * PAGE_SIZE + 1)
    part = _part(products, number)
    if unknown and not part:
        raise CatalogUnavailable
    after, before = _neighbours(number, -(-len(products) // PAGE_SIZE))
    return _lacking(unknown, _page_of(part, after, before))


def _lacking(unknown: frozenset[str], page: CardPage) -> CardPage:
    """Without products of which nobody knows anything in an outage, a page is not one to keep."""
    return replace(page, stale=page.stale or bool(unknown))


def _for_sale(ids: Sequence[str], most: int) -> tuple[list[Product], frozenset[str]]:
    """The first `most` that are for sale, and of which read for them nobody knows anything in an outage.

    What stands further on is read only where some before are not for sale.
    """
    found: list[Product] = []
    unknown: frozenset[str] = frozenset()
    for part in (ids[:most], ids[most:]):
        if part and len(found) < most:
            known, missing = queries.known_products(part)
            found += [product for product in known.values() if product.is_active]
            unknown |= missing
    return found[:most], unknown


def _page_of(part: Sequence[Product], after: str | None = None, before: str | None = None) -> CardPage:
    return CardPage(tuple(map(card_of, part)), after, before, any(product.stale for product in part))


def _found(rule: SearchRequest, number: int) -> CardPage:
    result = queries.search(replace(rule, page=number))
    after, before = _neighbours(number, min(result.pages, MAX_COLLECTION_PAGES))
    return CardPage(result.hits, after, before)


def _part(rows: Sequence[Row], number: int) -> Sequence[Row]:
    return rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]


def _neighbours(number: int, pages: int) -> tuple[str | None, str | None]:
    """The cursors of the pages after and before."""
    return (str(number + 1) if number < pages else None), (str(number - 1) if number > 1 else None)


def read_collections() -> tuple[Shown, ...]:
    """The collections that are shown or will be, with their addresses of before, in one statement."""
    rows = Collection.objects.filter(not_over()).order_by("position", "title", "pk")
    named = rows.annotate(former=ArrayAgg("former_slugs__slug", filter=Q(former_slugs__isnull=False), default=[]))
    return tuple(map(shown_from, named[:MAX_SHOWN]))


def read_items(collection_id: int) -> tuple[str, ...]:
    items = CollectionItem.objects.filter(collection_id=collection_id).order_by("position", "pk")
    return tuple(items.values_list("product_id", flat=True)[:MAX_PRODUCTS])


def read_featured() -> tuple[tuple[str, datetime | None, datetime | None], ...]:
    rows = FeaturedProduct.objects.filter(not_over()).order_by("position", "pk")
    return tuple(rows.values_list("product_id", "active_from", "active_until")[:MAX_FEATURED])


def not_over() -> Q:
    """The dated rows that are shown or will be: what is over takes nobody's place."""
    return Q(active_until=None) | Q(active_until__gt=clock.now())


# Named by its shape: a process of another release reads the copies of its own.
COLLECTIONS = LastKnown("collections-2", read_collections)
FEATURED = LastKnown("featured-products", read_featured)


def shown_from(row: Collection) -> Shown:
    picture = Image(row.picture, row.picture_width, row.picture_height) if row.picture else None
    return Shown(
        collection_id=row.pk,
        slug=row.slug,
        titles=_texts(row, "title"),
        intros=_texts(row, "intro"),
        image=picture,
        category=row.category,
        rule=rule_of(row) if row.kind == Collection.Kind.RULE else None,
        active_from=row.active_from,
        active_until=row.active_until,
        show_on_home=row.show_on_home,
        seo_titles=_texts(row, "seo_title"),
        seo_descriptions=_texts(row, "seo_description"),
        former=tuple(getattr(row, "former", ())),
    )


def _covers(start: datetime | None, end: datetime | None, now: datetime) -> bool:
    return (start is None or start <= now) and (end is None or now < end)


def _texts(row: Collection, name: str) -> Texts:
    return tuple((language or "en", getattr(row, f"{name}_{language}" if language else name)) for language in _SPOKEN)


def _for_engines(own: Texts, shown: Texts, language: str) -> str:
    spoken = language.partition("-")[0]
    return dict(own).get(spoken) or dict(shown).get(spoken) or dict(own).get("en") or _said(shown, language)


def _said(texts: Texts, language: str) -> str:
    known = dict(texts)
    return known.get(language.partition("-")[0]) or known["en"]
