"""What a market is. The table of our markets is wiring: `shopcloud/markets.py`."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Market:
    """Where a shopper shops: a URL prefix, the language and currency it shows, the countries it ships to.

    `tax_included` says whether shown prices contain the tax (VAT) or it is added at checkout.
    """

    code: str
    language: str
    currency: str
    tax_included: bool
    countries: tuple[str, ...]
    name: str
    prefix: str

    def path(self, path: str) -> str:
        """The same page in this market, from an unprefixed `path` such as `/c/lighting/`."""
        return f"{self.prefix}{path}"


def markets() -> dict[str, Market]:
    """All markets by their code, from the table that the settings name."""
    table: dict[str, Market] = import_string(settings.MARKETS)
    return table


class MarketRequest(HttpRequest):
    """A request after `MarketMiddleware`: for type annotations only."""

    market: Market


def market_of(request: Any) -> Market:
    """The market that `MarketMiddleware` found for a request of Django's or of the API."""
    market: Market = request.market
    return market
