"""The ways through a product's reviews: other orders, other stars, the next page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from catalog.reviews import ReviewOrder, ReviewPage, ReviewSort

SORTS = {
    ReviewSort.NEWEST: _("Newest"),
    ReviewSort.HELPFUL: _("Most helpful"),
    ReviewSort.HIGHEST: _("Highest rated"),
    ReviewSort.LOWEST: _("Lowest rated"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Where a choice leads. One that is `chosen` already leads nowhere new."""

    label: object
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StarLink:
    """A bar of the histogram; it leads to its reviews, or, chosen, back to all. `url` is empty where there are none."""

    stars: int
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReviewLinks:
    order: ReviewOrder
    sorts: tuple[Link, ...]
    stars: tuple[StarLink, ...]
    all: str
    next: str


def review_links(path: str, order: ReviewOrder, page: ReviewPage, *, follows: bool) -> ReviewLinks:
    """`path` is the reviews' own. A page that `follows` another has neither orders nor bars: its first one has them."""
    sorts = () if follows else tuple(_sort(path, order, sort) for sort in SORTS)
    bars = tuple(_bar(path, order, 5 - place, count) for place, count in enumerate(page.stars))
    following = _url(path, order, cursor=page.next) if page.next else ""
    return ReviewLinks(order, sorts, bars, _url(path, ReviewOrder(order.sort)), following)


def _sort(path: str, order: ReviewOrder, sort: ReviewSort) -> Link:
    return Link(SORTS[sort], _url(path, ReviewOrder(sort, order.stars)), sort is order.sort)


def _bar(path: str, order: ReviewOrder, stars: int, count: int) -> StarLink:
    chosen = stars == order.stars
    url = _url(path, ReviewOrder(order.sort, 0 if chosen else stars))
    return StarLink(stars, count, url if count or chosen else "", chosen)


def _url(path: str, order: ReviewOrder, *, cursor: str = "") -> str:
    asked = {
        "sort": "" if order.sort is ReviewSort.NEWEST else str(order.sort),
        "stars": str(order.stars or ""),
        "cursor": cursor,
    }
    told = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{told}" if told else path
