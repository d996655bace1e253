"""A search as its URL says it: `q brand category min_price max_price rating in_stock sort page`, prices in major units,
and `attr.material=Oak` for the values of an attribute.

What cannot be read is left out and told to the shopper; it never fails the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast, get_args

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalog import queries
from catalog.domain import CATEGORY, MAX_PRICE
from catalog.search.attribute_facets import MAX_CHOSEN
from catalog.search.index import MAX_DEPTH, SearchRequest, Sort
from catalog.search.words import clean
from shopcloud.lib.market import Market
from shopcloud.lib.money import BadMoney, Money

MAX_TEXT = 100
MAX_BRANDS = 20
MAX_VALUES = 20
ATTRIBUTE = "attr."
PAGE_SIZE = 24
# What parts thousands in any language, blanks as well: no price has three decimals.
_THOUSANDS = re.compile(r"(?<=\d)[.,\s](?=\d{3}(?!\d))")


@dataclass(frozen=True)
class SearchQuery:
    """The request for the index, and a message for each parameter that was ignored."""

    request: SearchRequest
    complaints: tuple[str, ...] = ()


def read_query(params: QueryDict, market: Market) -> SearchQuery:
    complaints: list[str] = []
    least, most = (_price(params, name, market, complaints) for name in ("min_price", "max_price"))
    if least is not None and most is not None and least > most:
        complaints.append(_("The lowest price is above the highest, so we left both out."))
        least = most = None
    category = params.get("category", "").strip("/")
    if category and not CATEGORY.fullmatch(category):
        complaints.append(_("We do not know that category, so we searched everywhere."))
        category = ""
    sort = params.get("sort", "")
    request = SearchRequest(
        text=" ".join(params.get("q", "").replace("\0", " ").split())[:MAX_TEXT],
        category=queries.category_here_now(category),
        brands=_chosen(params, "brand")[:MAX_BRANDS],
        min_price=least,
        max_price=most,
        currency=market.currency,
        rating=_whole(params, "rating", 1, 5, complaints),
        in_stock=params.get("in_stock", "").lower() in {"1", "true", "on", "yes"},
        sort=cast(Sort, sort) if sort in get_args(Sort) else "relevance",
        page=_whole(params, "page", 1, MAX_DEPTH // PAGE_SIZE, complaints) or 1,
        page_size=PAGE_SIZE,
        attributes=tuple(_attributes(params))[:MAX_CHOSEN],
    )
    return SearchQuery(request, tuple(complaints))


def _attributes(params: QueryDict) -> Iterator[tuple[str, tuple[str, ...]]]:
    for parameter in params:
        name = clean(parameter.removeprefix(ATTRIBUTE))
        values = _chosen(params, parameter)
        if parameter.startswith(ATTRIBUTE) and name and values:
            yield name, values[:MAX_VALUES]


def _chosen(params: QueryDict, name: str) -> tuple[str, ...]:
    """The values of a parameter, once each, composed as the boxes to tick are."""
    return tuple(dict.fromkeys(value for value in map(clean, params.getlist(name)) if value))


def _price(params: QueryDict, name: str, market: Market, complaints: list[str]) -> int | None:
    text = params.get(name, "").strip()
    if not text:
        return None
    try:
        # People in Germany and France write a decimal comma.
        amount = Money.parse(_THOUSANDS.sub("", text).replace(",", "."), market.currency).amount
    except BadMoney:
        amount = -1
    if not 0 <= amount <= MAX_PRICE:
        complaints.append(_("“%(text)s” is not a price we can search by, so we left it out.") % {"text": text[:20]})
        return None
    return amount


def _whole(params: QueryDict, name: str, least: int, most: int, complaints: list[str]) -> int | None:
    text = params.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 9 and least <= int(text) <= most:
        return int(text)
    words = {"rating": _("rating"), "page": _("page number")}
    complaints.append(
        _("“%(text)s” is not a %(what)s from %(least)s to %(most)s, so we left it out.")
        % {"text": text[:20], "what": words[name], "least": least, "most": most}
    )
    return None
