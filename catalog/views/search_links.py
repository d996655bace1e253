"""The links of a search page: narrower, wider, other pages. Each is the page's own query with one thing changed."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from catalog import queries
from catalog.search.index import Facets, FacetValue, SearchRequest, SearchResult
from catalog.search.spoken_facets import label_of, value_of
from catalog.views.search_query import ATTRIBUTE
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money

AROUND = 2
# The values of a facet that a category's own page shows; the search shows more.
NARROWING = 8


class SearchLinks:
    """URLs for one search; `without` drops a parameter (or one of its values), `with_` sets one. Both go to page 1."""

    def __init__(self, request: SearchRequest, market: Market) -> None:
        self.request = request
        self.market = market
        self.pairs = list(_pairs(request))

    def url(self, pairs: list[tuple[str, str]]) -> str:
        query = urlencode(pairs)
        return self.market.path("/search/") + (f"?{query}" if query else "")

    def without(self, *names: str, value: str | None = None) -> str:
        return self.url([(n, v) for n, v in self.pairs if n not in names or (value is not None and v != value)])

    def with_(self, **changes: str) -> str:
        kept = [(n, v) for n, v in self.pairs if n not in changes]
        return self.url([*kept, *((n, v) for n, v in changes.items() if v)])

    def page(self, number: int) -> str:
        return self.with_(page=str(number) if number > 1 else "")

    def hidden(self, *names: str) -> list[tuple[str, str]]:
        """The parameters a form must carry along that it has no field for."""
        return [(n, v) for n, v in self.pairs if n in names]


def major(amount: int, currency: str) -> str:
    """Minor units as a URL writes them: 1299 -> `12.99`, 1200 -> `12`."""
    value = Money(amount, currency).major
    return str(value.to_integral_value()) if value == value.to_integral_value() else str(value)


def _pairs(request: SearchRequest) -> Iterator[tuple[str, str]]:
    if request.text:
        yield "q", request.text
    if request.category:
        yield "category", request.category
    yield from (("brand", brand) for brand in request.brands)
    yield from ((f"{ATTRIBUTE}{name}", value) for name, values in request.attributes for value in values)
    if request.min_price is not None:
        yield "min_price", major(request.min_price, request.currency)
    if request.max_price is not None:
        yield "max_price", major(request.max_price, request.currency)
    if request.rating:
        yield "rating", str(request.rating)
    if request.in_stock:
        yield "in_stock", "true"
    if request.sort != "relevance":
        yield "sort", request.sort


def active_filters(links: SearchLinks) -> list[dict[str, str]]:
    """The chips above the results: what narrows the search, and the URL without it."""
    request = links.request
    chips = []
    if request.category:
        trail = queries.breadcrumbs(request.category)
        label = trail[-1].name_in(links.market.language) if trail else request.category
        chips.append({"label": label, "url": links.without("category")})
    chips += [{"label": brand, "url": links.without("brand", value=brand)} for brand in request.brands]
    chips += _attribute_chips(links)
    if request.min_price is not None or request.max_price is not None:
        chips.append({"label": _price_words(links), "url": links.without("min_price", "max_price")})
    if request.rating:
        chips.append({"label": _("%(stars)s stars and up") % {"stars": request.rating}, "url": links.without("rating")})
    if request.in_stock:
        chips.append({"label": _("In stock"), "url": links.without("in_stock")})
    return chips


def _attribute_chips(links: SearchLinks) -> Iterator[dict[str, str]]:
    language = links.market.language
    for name, values in links.request.attributes:
        label = label_of(name, language)
        for value in values:
            said = _("%(attribute)s: %(value)s") % {"attribute": label, "value": value_of(name, value, language)}
            yield {"label": said, "url": links.without(f"{ATTRIBUTE}{name}", value=value)}


def carried(links: SearchLinks, facets: Facets) -> list[tuple[str, str]]:
    """What narrows the search and has no box to tick: it must not get lost with the next tick."""
    boxes = {("brand", value.value) for value in facets.brands}
    boxes |= {(f"{ATTRIBUTE}{facet.name}", value.value) for facet in facets.attributes for value in facet.values}
    return [(n, v) for n, v in links.pairs if (n == "brand" or n.startswith(ATTRIBUTE)) and (n, v) not in boxes]


def _price_words(links: SearchLinks) -> str:
    request, language = links.request, links.market.language
    least = "" if request.min_price is None else Money(request.min_price, request.currency).format(language)
    most = "" if request.max_price is None else Money(request.max_price, request.currency).format(language)
    if least and most:
        return f"{least} – {most}"
    return _("From %(price)s") % {"price": least} if least else _("Up to %(price)s") % {"price": most}


def price_links(links: SearchLinks, values: tuple[FacetValue, ...]) -> list[dict[str, Any]]:
    """Price ranges of the facet as links; a value is "min-max" in minor units, open above as "min-"."""
    currency = links.request.currency
    found = []
    for value in values:
        least, _dash, most = value.value.partition("-")
        narrower = links.with_(
            min_price=major(int(least), currency) if least else "", max_price=major(int(most), currency) if most else ""
        )
        url = links.without("min_price", "max_price") if value.selected else narrower
        found.append({"value": value, "url": url})
    return found


def category_links(links: SearchLinks, values: tuple[FacetValue, ...]) -> list[dict[str, Any]]:
    """The next level of categories as links, named in the page's language, and the way back up."""
    names = {node.path: node.name_in(links.market.language) for node in queries.tree()}
    up = []
    if links.request.category:
        parent = links.request.category.rpartition("/")[0]
        label = names.get(parent) or _("All departments")
        up.append({"label": label, "url": links.with_(category=parent), "up": True})
    return up + [
        {"label": names.get(v.value, v.label), "count": v.count, "url": links.with_(category=v.value)} for v in values
    ]


def narrowing_links(path: str, market: Market) -> list[dict[str, Any]] | None:
    """What a category's own page offers to choose by: each value leads to the search that it begins. None while search
    is away.
    """
    facets = queries.category_facets(path)
    if facets is None:
        return None
    links = SearchLinks(SearchRequest(category=path, currency=market.currency), market)
    named = [("brand", _("Brand"), facets.brands)]
    named += [(f"{ATTRIBUTE}{facet.name}", facet.label, facet.values) for facet in facets.attributes]
    return [
        {"label": label, "values": [{"value": v, "url": links.with_(**{name: v.value})} for v in values[:NARROWING]]}
        for name, label, values in named
        if values
    ]


def pages_of(links: SearchLinks, result: SearchResult) -> dict[str, Any]:
    """Numbered pages around the present one, with the first and last; None stands for a gap."""
    current, last = result.page, result.pages
    near = {1, last, *range(max(1, current - AROUND), min(last, current + AROUND) + 1)}
    numbers: list[dict[str, Any] | None] = []
    previous = 0
    for number in sorted(n for n in near if 1 <= n <= last):
        if number > previous + 1:
            numbers.append(None)
        numbers.append({"number": number, "url": links.page(number), "current": number == current})
        previous = number
    return {
        "numbers": numbers if last > 1 else [],
        "previous": links.page(current - 1) if 1 < current <= last else "",
        "next": links.page(current + 1) if current < last else "",
    }
