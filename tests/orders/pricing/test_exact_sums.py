"""Captured = lines + shipping + tax - discount, to the minor unit: 10,000 generated baskets in four currencies.

The oracle below shares no line with the code it checks: it reckons in whole numbers over a common denominator.
"""

import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.domain import Kind, TaxClass
from orders import tariffs
from orders.models import Order, Payment, ShippingMethod, ShippingRate, ShippingZone
from orders.pricing.destination import Buyer, Destination
from orders.pricing.quote import price
from orders.pricing.tax.port import Goods
from orders.pricing.tax.table import TaxTables
from orders.pricing.totals import Item, spread
from shopcloud.lib import snapshot
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money
from shopcloud.markets import FRANCE, GERMANY, UK, US
from tests.orders.goods import ADDRESS, cart_of, on_sale, order
from tests.orders.offers import coupon, enter, gift_card, promotion

BASKETS = 10_000
TODAY = date(2026, 11, 20)
JAPAN = Market("jp", "en", "JPY", False, ("JP",), "Japan", "")
MARKETS = (US, UK, GERMANY, FRANCE, JAPAN)
STATES = ("CA", "NY", "MN", "OR", "TX", "TN", "NJ", "")


@dataclass(frozen=True)
class Basket:
    market: Market
    to: Destination
    goods: list[tuple[Goods, int]]
    discounts: list[int]
    shipping: int


def basket(chance: random.Random) -> Basket:
    market = chance.choice(MARKETS)
    country = chance.choice(market.countries)
    firm = chance.random() < 0.25 and market in (GERMANY, FRANCE)
    to = Destination(
        country=country,
        region=chance.choice(STATES) if country == "US" else "",
        vat_id=f"{country}1" if firm else "",
    )
    goods = [
        (
            Goods(
                chance.choice(list(TaxClass)),
                chance.choice(list(Kind)),
                Money(chance.choice((0, 1, 3, 99, 1295, 4999, chance.randrange(10_000_000))), market.currency),
            ),
            chance.choice((1, 1, 2, 3, 7, 99)),
        )
        for _ in range(chance.randint(1, 8))
    ]
    totals = [item.unit_price.amount * quantity for item, quantity in goods]
    off = chance.choice((0, sum(totals), chance.randint(0, sum(totals))))
    return Basket(market, to, goods, spread(off, totals), chance.choice((0, 490, 595, chance.randrange(5000))))


def nearest(value: Fraction) -> int:
    """Half up, in whole numbers."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def expected(one: Basket, rates, shipping_rate: Fraction) -> tuple[int, list[tuple[int, int]], int]:
    """The total; each line's base and tax; the delivery's tax."""
    reverse = bool(one.to.vat_id) and one.to.country not in {"DE", "MC"}
    lines, total = [], 0
    for (item, quantity), off, rate in zip(one.goods, one.discounts, rates, strict=True):
        unit = item.unit_price.amount
        if reverse:
            unit -= held(unit, rate)
            whole = item.unit_price.amount * quantity
            off = nearest(Fraction(unit * quantity * off, whole)) if whole else 0
            rate = Fraction(0)
        paid = unit * quantity - off
        tax = held(paid, rate) if one.market.tax_included and not reverse else nearest(paid * rate)
        lines.append((paid - tax if one.market.tax_included and not reverse else paid, tax))
        total += paid + (0 if one.market.tax_included or reverse else tax)
    shipping, shipping_tax = one.shipping, 0
    if reverse:
        shipping -= held(shipping, shipping_rate)
    elif one.market.tax_included:
        shipping_tax = held(shipping, shipping_rate)
    else:
        shipping_tax = nearest(shipping * shipping_rate)
        total += shipping_tax
    return total + shipping, lines, shipping_tax


def held(amount: int, rate: Fraction) -> int:
    """The tax that a price of `amount` holds."""
    return nearest(Fraction(amount * rate.numerator, rate.denominator + rate.numerator))


@pytest.mark.parametrize("seed", [1, 2026])
def test_ten_thousand_baskets_are_exact_in_four_currencies(seed, settings, capsys):
    settings.SHOP_COUNTRY = "DE"
    chance, counted, began = random.Random(seed), Counter(), time.perf_counter()
    for _ in range(BASKETS):
        one = basket(chance)
        rates = TaxTables().rates([item for item, _quantity in one.goods], one.to, on=TODAY)
        items = [
            Item(str(n), quantity, item.unit_price.amount, tax.rate, tax.jurisdiction)
            for n, ((item, quantity), tax) in enumerate(zip(one.goods, rates.goods, strict=True))
        ]
        _shown, sums, reverse = price(
            items, rates, market=one.market, destination=one.to, shipping=one.shipping, discounts=one.discounts
        )
        total, lines, shipping_tax = expected(
            one, [Fraction(tax.rate) for tax in rates.goods], Fraction(rates.shipping.rate)
        )
        assert sums.total == total, one
        assert [(line.base, line.tax) for line in sums.lines] == lines, one
        assert (sums.shipping_tax, sums.tax) == (shipping_tax, shipping_tax + sum(tax for _base, tax in lines)), one
        captured = sum(line.item.total for line in sums.lines) + sums.shipping - sums.discount
        assert sums.total == captured + (0 if sums.tax_included else sums.tax), one
        counted.update({one.market.currency: 1, "lines": len(items), "reverse charge": reverse})
        counted["discounted"] += bool(sums.discount)
    seconds = time.perf_counter() - began
    with capsys.disabled():
        print(f"\nseed {seed}: {BASKETS} baskets exact in {seconds:.1f} s: {dict(counted)}")
    assert {"USD", "EUR", "GBP", "JPY"} <= set(counted)
    assert counted["reverse charge"] > 500


PLACES = {
    "us": ADDRESS,
    "uk": {"name": "M", "line1": "1 High St", "city": "London", "postal_code": "SW1A 1AA", "country": "GB"},
    "de": {"name": "M", "line1": "Ring 1", "city": "Wien", "postal_code": "1010", "country": "AT"},
    "fr": {"name": "M", "line1": "1 rue X", "city": "Paris", "postal_code": "75001", "country": "FR"},
    "jp": {"name": "M", "line1": "1-1 Chiyoda", "city": "Tokyo", "postal_code": "100-0001", "country": "JP"},
}


@pytest.fixture
def delivery_in_japan(db):
    zone = ShippingZone.objects.create(name="Japan", market="jp", countries=["JP"])
    method = ShippingMethod.objects.create(zone=zone, code="standard", name="Standard")
    ShippingRate.objects.create(method=method, currency="JPY", since=TODAY, price=800)
    snapshot.forget_all()


@pytest.mark.django_db(transaction=True)
def test_orders_hold_their_constraints_and_are_charged_their_total(delivery_in_japan):
    promotion(percent="12.5")
    goods = [
        on_sale(f"EXACT-{n}", prices={"USD": usd, "EUR": usd + 7, "GBP": usd - 1, "JPY": usd * 2}, tax_class=tax_class)
        for n, (usd, tax_class) in enumerate([(1999, "standard"), (333, "books"), (4995, "food")])
    ]
    chance = random.Random(3)
    for market in MARKETS:
        for buyer in (Buyer(), Buyer(company="Huber GmbH", vat_id="ATU13585627")):
            if buyer.vat_id and market is not GERMANY:
                continue
            bought = chance.sample(goods, chance.randint(1, 3))
            cart = cart_of(*((product, chance.choice((1, 1, 2, 3))) for product in bought), market=market)
            order(cart, market=market, address=PLACES[market.code], buyer=buyer)
    for placed in Order.objects.prefetch_related("lines"):
        lines = list(placed.lines.all())
        owed = sum(line.total for line in lines) + placed.shipping - placed.discount
        assert placed.total == owed + (0 if placed.tax_included else placed.tax)
        assert placed.tax == placed.shipping_tax + sum(line.tax for line in lines)
        assert placed.discount == sum(line.discount for line in lines) > 0
        assert Payment.objects.get(order=placed).amount == placed.total
    assert Order.objects.filter(reverse_charge=True).count() == 1
    assert set(Order.objects.values_list("currency", flat=True)) == {"USD", "EUR", "GBP", "JPY"}


@pytest.mark.django_db(transaction=True)
def test_three_lines_with_a_code_and_a_gift_card_take_fifteen_statements():
    coupon("SPRING", limit=5)
    card = gift_card(1000)
    cart = cart_of(*((on_sale(f"LINE-{n}"), n + 1) for n in range(3)))
    enter(enter(cart, "SPRING"), card.code)
    # As a look at the checkout did before.
    tariffs.ZONES.get()
    with CaptureQueriesContext(connection) as captured:
        placed = order(cart)
    sent = [query["sql"] for query in captured.captured_queries]
    statements = [sql for sql in sent if sql not in {"BEGIN", "COMMIT"}]
    assert (placed.gift_card, placed.discount > 0) == (1000, True)
    assert len(statements) <= 15, "\n".join(one[:110] for one in statements)
