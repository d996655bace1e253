"""Tax from our own dated tables."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from catalog.domain import Kind, TaxClass
from orders.pricing.destination import Destination
from orders.pricing.tax import sales_tax, vat
from orders.pricing.tax.port import BasketRates, Goods, TaxRate
from orders.pricing.tax.territories import is_outside, jurisdiction
from orders.pricing.tax.vat import Dated

NONE = TaxRate()


class TaxTables:
    """Implements the port of `port.py` for the European Union, the United Kingdom and the United States."""

    def rates(self, goods: Sequence[Goods], to: Destination, *, on: date) -> BasketRates:
        rate = _sales_tax if to.country == "US" else _vat
        lines = tuple(rate(item, to, on) for item in goods)
        sent = [line for item, line in zip(goods, lines, strict=True) if item.kind is Kind.PHYSICAL]
        return BasketRates(lines, _delivery(sent, to))


def _delivery(sent: Sequence[TaxRate], to: Destination) -> TaxRate:
    """Delivery goes with the goods; of a mixed parcel it bears the highest rate, so that never too little is paid."""
    if to.country == "US" and to.region not in sales_tax.TAXED_DELIVERY:
        return NONE
    return max(sent, key=lambda line: line.rate, default=NONE)


def _vat(goods: Goods, to: Destination, on: date) -> TaxRate:
    if is_outside(to.country, to.postal_code):
        return NONE
    where = jurisdiction(to.country, to.postal_code)
    rates = vat.RATES.get(where)
    if rates is None:
        return NONE
    percents = rates.get(_class_of(goods), rates[TaxClass.STANDARD])
    return TaxRate(_on(percents, on), where)


def _class_of(goods: Goods) -> TaxClass:
    """A book that is downloaded is an e-book, a ticket is a ticket; no other download profits from a reduced rate."""
    if goods.kind is Kind.PHYSICAL or goods.tax_class is TaxClass.EVENTS:
        return goods.tax_class
    return TaxClass.EBOOKS if goods.tax_class in (TaxClass.BOOKS, TaxClass.EBOOKS) else TaxClass.STANDARD


def _sales_tax(goods: Goods, to: Destination, on: date) -> TaxRate:
    percents = sales_tax.STATES.get(to.region)
    if percents is None:
        return NONE
    if goods.kind is Kind.DIGITAL:
        percents = () if _is_untaxed_download(to.region, on) else percents
    elif goods.tax_class is TaxClass.FOOD:
        percents = sales_tax.GROCERIES.get(to.region, ())
    elif goods.tax_class is TaxClass.MEDICAL:
        percents = sales_tax.MEDICINE.get(to.region, percents)
    elif goods.tax_class is TaxClass.CHILDRENS_CLOTHING and _is_exempt_clothing(goods, to.region):
        percents = ()
    return TaxRate(_on(percents, on), f"US-{to.region}")


def _is_untaxed_download(state: str, on: date) -> bool:
    return state in sales_tax.UNTAXED_DOWNLOADS or (state == "GA" and on < sales_tax.GEORGIA_TAXES_DOWNLOADS)


def _is_exempt_clothing(goods: Goods, state: str) -> bool:
    if state not in sales_tax.CLOTHING_EXEMPT_TO:
        return False
    dearest = sales_tax.CLOTHING_EXEMPT_TO[state]
    return dearest is None or goods.unit_price.amount <= dearest


def _on(percents: Dated, on: date) -> Decimal:
    percent = next((percent for since, percent in percents if since <= on), "0")
    return Decimal(percent) / 100
