"""Which tax rate applies to what is delivered where, and when."""

from datetime import date
from decimal import Decimal

from catalog.domain import Kind
from orders.pricing.rates import UNTAXED_DOWNLOADS, US_STATES, VAT

NONE = Decimal(0)


def tax_rate(country: str, region: str, kind: Kind, on: date) -> Decimal:
    """The rate as a fraction, Decimal("0.19"), for goods of `kind` delivered to `country` (ISO 3166, and for the US the
    state's two letters as `region`) on a day. Zero where we collect none, or where the state is not known.
    """
    if country != "US":
        return _on(VAT.get(country, ()), on)
    if kind is Kind.DIGITAL and region in UNTAXED_DOWNLOADS:
        return NONE
    return _on(US_STATES.get(region, ()), on)


def shipping_tax_rate(country: str, on: date, *, tax_included: bool) -> Decimal:
    """VAT covers delivery too; sales tax on a separately stated delivery is not collected."""
    return tax_rate(country, "", Kind.PHYSICAL, on) if tax_included else NONE


def _on(rates: tuple[tuple[date, str], ...], on: date) -> Decimal:
    percent = next((percent for since, percent in rates if since <= on), "0")
    return Decimal(percent) / 100
