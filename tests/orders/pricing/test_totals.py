"""Worked examples of whole orders, and the promise that every sum is exact."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.pricing.totals import BadDiscount, Item, spread, tax_on, totals

RATES = st.sampled_from([Decimal(r) for r in ("0", "0.19", "0.20", "0.0725", "0.06875", "0.255", "0.04225")])
ITEMS = st.lists(
    st.builds(Item, st.text(min_size=1, max_size=4), st.integers(1, 99), st.integers(0, 10_000_000), RATES),
    min_size=1,
    max_size=50,
)


def test_california_adds_its_tax_to_goods_but_not_to_the_delivery():
    rate = Decimal("0.0725")
    order = totals(
        [Item("LAMP", 2, 4999, rate), Item("MUG", 1, 1295, rate)],
        tax_included=False,
        shipping=595,
    )
    assert [line.tax for line in order.lines] == [725, 94]  # 7.25 % of 99.98 = 7.249, of 12.95 = 0.939
    assert (order.subtotal, order.tax, order.shipping_tax, order.total) == (11293, 819, 0, 12707)


@pytest.mark.parametrize(
    ("rate", "line_tax", "delivery_tax"),
    [("0.19", 1596, 78), ("0.20", 1666, 82)],  # 99.98 and 4.90 hold 19 % or 20 % of their net price
)
def test_european_prices_hold_their_vat_and_so_does_the_delivery(rate, line_tax, delivery_tax):
    order = totals([Item("LAMP", 2, 4999, Decimal(rate))], tax_included=True, shipping=490, shipping_rate=Decimal(rate))
    assert (order.lines[0].tax, order.shipping_tax) == (line_tax, delivery_tax)
    assert order.tax == line_tax + delivery_tax
    assert order.total == 2 * 4999 + 490


def test_a_discount_lowers_the_tax_of_the_lines_it_falls_on():
    order = totals([Item("A", 1, 1000, Decimal("0.10"))], tax_included=False, discounts=[500])
    assert (order.lines[0].discount, order.tax, order.total) == (500, 50, 550)


@pytest.mark.parametrize("discount", [-1, 1001])
def test_a_discount_above_its_line_or_below_nothing_is_refused(discount):
    with pytest.raises(BadDiscount):
        totals([Item("A", 1, 1000, Decimal(0))], tax_included=False, discounts=[discount])


@given(ITEMS, st.integers(0, 100_000), RATES, st.integers(0, 2_000_000), st.booleans())
def test_every_sum_is_exact(items, shipping, shipping_rate, discount, included):
    discounts = spread(min(discount, sum(i.total for i in items)), [i.total for i in items])
    order = totals(items, tax_included=included, shipping=shipping, shipping_rate=shipping_rate, discounts=discounts)
    assert order.subtotal == sum(i.quantity * i.unit_price for i in items)
    assert order.discount == sum(line.discount for line in order.lines) <= order.subtotal
    assert order.tax == sum(line.tax for line in order.lines) + order.shipping_tax
    assert order.total == order.subtotal - order.discount + order.shipping + (0 if included else order.tax)
    assert all(line.item.total - line.discount == line.base + included * line.tax for line in order.lines)
    assert order.shipping == order.shipping_base + included * order.shipping_tax


@given(st.integers(0, 10**9), RATES)
def test_tax_is_never_more_than_half_a_cent_from_the_true_figure(amount, rate):
    assert abs(tax_on(amount, rate, included=False) - amount * rate) <= Decimal("0.5")
    net = amount - tax_on(amount, rate, included=True)
    assert abs(net * (1 + rate) - amount) <= Decimal("0.5") * (1 + rate)


@given(st.integers(0, 1000), st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_what_is_spread_adds_up_again(amount, weights):
    parts = spread(min(amount, sum(weights)), weights)
    assert sum(parts) == min(amount, sum(weights))
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
