"""The front door."""

from django.http import HttpResponse
from django.shortcuts import render

from catalog import curated, queries
from catalog.domain import ProductCard
from catalog.search.index import SearchRequest, SearchUnavailable
from catalog.views.public import NO_STORE, public_page
from shopcloud.lib import clock
from shopcloud.lib.market import MarketRequest

FEATURED = 8
NEWEST = 10
COLLECTIONS = 4


@public_page
def home(request: MarketRequest) -> HttpResponse:
    now = clock.now()
    # Without its shelves the page would say that there is nothing to buy.
    queries.known_tree()
    featured = curated.featured(now=now, limit=FEATURED)
    shown = {card.product_id for card in featured.cards}
    newest = _newest()
    unseen = [card for card in newest or () if card.product_id not in shown][:NEWEST]
    shown_collections = curated.on_home(now=now, limit=COLLECTIONS)
    context = {"featured": featured, "newest": unseen, "collections": shown_collections}
    response = render(request, "catalog/home.html", context)
    if featured.stale or newest is None:
        response["Cache-Control"] = NO_STORE
    return response


def _newest() -> tuple[ProductCard, ...] | None:
    """The newest products; None while search is away, since the page stands without them."""
    try:
        return queries.search(SearchRequest(sort="newest", in_stock=True, page_size=FEATURED + NEWEST)).hits
    except SearchUnavailable:
        return None
