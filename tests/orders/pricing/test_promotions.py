"""What promotions take off: exact to the minor unit, never more than is there, the same for the same basket."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.pricing.promotions import Basket, Deals, HeldCode, Kind, Line, Reason, Rule, Scope, apply
from orders.pricing.totals import Item, totals

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
LAMP = Line("lamp", "lighting/table-lamps", 1, 4999)
MUG = Line("mug", "tableware/mugs", 3, 1295)


def basket(*lines: Line, shipping: int = 595, market: str = "us", currency: str = "USD") -> Basket:
    return Basket(lines or (LAMP, MUG), market, currency, shipping)


def percent(share="10", rule_id=1, **changes) -> Rule:
    return Rule(rule_id, f"offer {rule_id}", Kind.PERCENT, percent=Decimal(share), **changes)


def fixed(amount=1000, rule_id=2, **changes) -> Rule:
    return Rule(rule_id, f"offer {rule_id}", Kind.FIXED, amounts=(("USD", amount),), **changes)


def three_for_two(**changes) -> Rule:
    return Rule(3, "3 for 2", Kind.BUY_X_GET_Y, percent=Decimal(100), buy=2, get=1, **changes)


FREE_DELIVERY = Rule(4, "free delivery", Kind.FREE_SHIPPING)


def get(*rules: Rule, codes=(), barred=None, of: Basket | None = None):
    return apply(of or basket(), Deals(NOW, rules, tuple(codes), barred or {}))


def reason_for(rule: Rule | None, of: Basket | None = None, **changes):
    (refused,) = get(codes=[HeldCode("CODE", rule, 1, **changes)], of=of).refused
    return refused


def test_a_percentage_is_rounded_once_and_spread_to_the_last_cent():
    discounts = get(percent("10"))
    # 10 % of 88.84 is 8.884.
    assert (discounts.amount, discounts.lines, discounts.shipping) == (888, (500, 388), 0)


def test_an_amount_is_never_more_than_the_goods():
    assert get(fixed(1000)).amount == 1000
    assert get(fixed(1_000_000)).lines == (4999, 3885)


def test_only_the_goods_in_scope_are_reduced():
    of_tableware = {"scope": Scope.CATEGORIES, "targets": ("tableware",)}
    assert get(percent("10", **of_tableware)).lines == (0, 389)
    assert get(percent("10", scope=Scope.PRODUCTS, targets=("lamp",))).lines == (500, 0)
    assert get(percent("10", scope=Scope.CATEGORIES, targets=("table",))).lines == (0, 0)


@pytest.mark.parametrize(("units", "off"), [(1, 0), (2, 0), (3, 1295), (5, 1295), (6, 2590), (7, 2590)])
def test_three_for_two(units, off):
    assert get(three_for_two(), of=basket(replace(MUG, quantity=units))).amount == off


def test_of_three_the_cheapest_is_free():
    dear, middle, cheap = (Line(f"p{price}", "tableware", 1, price) for price in (3000, 2000, 1000))
    assert get(three_for_two(), of=basket(cheap, dear, middle)).lines == (1000, 0, 0)


def test_two_of_a_group_can_be_half_price():
    rule = replace(three_for_two(), buy=1, get=2, percent=Decimal(50))
    assert get(rule, of=basket(replace(MUG, quantity=3))).amount == 1295


def test_free_delivery_takes_off_delivery_alone():
    discounts = get(FREE_DELIVERY)
    assert (discounts.amount, discounts.shipping) == (0, 595)


def test_promotions_that_stack_apply_to_what_the_ones_before_left():
    first_percent = get(percent("50", priority=2), fixed(1000))
    first_fixed = get(percent("50"), fixed(1000, priority=2))
    assert (first_percent.amount, first_fixed.amount) == (4442 + 1000, 1000 + 3942)


def test_an_exclusive_promotion_applies_alone_and_only_where_it_saves_more():
    half = percent("50", rule_id=9, is_exclusive=True)
    assert [one.rule for one in get(percent("10"), fixed(1000), half).applied] == [half]
    assert [one.rule.rule_id for one in get(percent("10"), fixed(4000), half).applied] == [1, 2]


def test_between_equal_ways_the_stacking_ones_win_then_priority_then_age():
    same = [fixed(1000, rule_id=7, is_exclusive=True), fixed(1000, rule_id=8, is_exclusive=True, priority=1)]
    assert get(*same).applied[0].rule.rule_id == 8
    assert get(*same, fixed(1000)).applied[0].rule.rule_id == 2


def test_a_code_brings_its_promotion():
    discounts = get(codes=[HeldCode("WELCOME10", percent("10", is_automatic=False), 5)])
    assert (discounts.amount, discounts.applied[0].code.code, discounts.refused) == (888, "WELCOME10", ())


def test_each_code_that_does_not_count_says_why():
    rule = percent("10")
    assert reason_for(None).reason is Reason.UNKNOWN
    assert reason_for(replace(rule, ends_at=NOW)).reason is Reason.EXPIRED
    assert "23" in str(reason_for(replace(rule, starts_at=NOW + timedelta(days=3))))
    assert reason_for(replace(rule, is_used_up=True)).reason is Reason.USED_UP
    assert reason_for(rule, reason=Reason.USED_UP).reason is Reason.USED_UP
    assert reason_for(replace(rule, markets=("de",))).reason is Reason.NOT_HERE
    assert reason_for(replace(rule, scope=Scope.PRODUCTS, targets=("sofa",))).reason is Reason.NOT_FOR_THESE
    assert str(reason_for(replace(rule, minimums=(("USD", 10_000),)))) == (
        "Add goods for $11.16 more to use the code CODE."
    )
    assert reason_for(Rule(4, "free", Kind.FREE_SHIPPING), basket(shipping=0)).reason is Reason.NOTHING_TO_TAKE_OFF
    assert reason_for(fixed(1000), basket(currency="EUR")).reason is Reason.NOT_HERE


def test_a_code_whose_offer_loses_names_the_winner():
    discounts = get(percent("50", rule_id=9, is_exclusive=True), codes=[HeldCode("TENNER", fixed(1000), 5)])
    assert str(discounts.refused[0]) == "The code TENNER cannot be combined with “offer 9”, which saves you more."


def test_two_codes_of_one_offer_count_once():
    rule = percent("10")
    discounts = get(codes=[HeldCode("A", rule, 1), HeldCode("B", rule, 2)])
    assert (discounts.amount, [refused.code for refused in discounts.refused]) == (888, ["B"])


def test_what_a_customer_used_before_is_not_offered_again():
    rule = percent("10", per_customer=1)
    assert get(rule, barred={1: Reason.USED_BY_YOU}).amount == 0
    refused = get(codes=[HeldCode("MINE", rule, 1)], barred={1: Reason.USED_BY_YOU}).refused
    assert str(refused[0]) == "You have used the code MINE already."


CURRENCIES = ["USD", "EUR", "GBP", "JPY"]
LINES = st.builds(
    Line,
    product_id=st.sampled_from(["p1", "p2", "p3"]),
    category=st.sampled_from(["lighting", "tableware/mugs", "tableware"]),
    quantity=st.integers(1, 99),
    unit_price=st.integers(0, 1_000_000),
)
RULES = st.builds(
    Rule,
    rule_id=st.integers(1, 9),
    name=st.just("offer"),
    kind=st.sampled_from(list(Kind)),
    percent=st.decimals(0, 100, places=2),
    amounts=st.builds(lambda amount: tuple((c, amount) for c in CURRENCIES), st.integers(0, 100_000)),
    buy=st.integers(1, 4),
    get=st.integers(1, 3),
    scope=st.sampled_from(list(Scope)),
    targets=st.sampled_from([("p1",), ("tableware",), ("p2", "lighting")]),
    minimums=st.builds(lambda amount: tuple((c, amount) for c in CURRENCIES), st.sampled_from([0, 5000])),
    priority=st.integers(-1, 1),
    is_exclusive=st.booleans(),
)
BASKETS = st.builds(
    Basket,
    lines=st.lists(LINES, min_size=1, max_size=6).map(tuple),
    market=st.just("us"),
    currency=st.sampled_from(CURRENCIES),
    shipping=st.integers(0, 5000),
)
OFFERS = st.lists(RULES, max_size=5, unique_by=lambda rule: rule.rule_id)


@given(BASKETS, OFFERS, st.decimals(0, "0.3", places=4), st.booleans())
def test_what_is_captured_is_the_lines_and_shipping_and_tax_less_the_discount(of, rules, rate, tax_included):
    discounts = apply(of, Deals(NOW, tuple(rules)))
    items = [Item(str(n), line.quantity, line.unit_price, rate) for n, line in enumerate(of.lines)]
    shipping = of.shipping - discounts.shipping
    sums = totals(items, tax_included=tax_included, shipping=shipping, shipping_rate=rate, discounts=discounts.lines)
    assert all(0 <= off <= line.total for off, line in zip(discounts.lines, of.lines, strict=True))
    assert 0 <= shipping <= of.shipping
    assert sum(one.amount for one in discounts.applied) == discounts.amount == sums.discount
    assert sum(one.shipping for one in discounts.applied) == discounts.shipping
    assert sums.total == of.subtotal - discounts.amount + shipping + (0 if tax_included else sums.tax)


@given(BASKETS, OFFERS, st.randoms())
def test_the_order_in_which_promotions_are_read_changes_nothing(of, rules, random):
    shuffled = list(rules)
    random.shuffle(shuffled)
    assert apply(of, Deals(NOW, tuple(rules))) == apply(of, Deals(NOW, tuple(shuffled)))


@given(BASKETS, OFFERS)
def test_no_exclusive_promotion_alone_would_save_more(of, rules):
    best = apply(of, Deals(NOW, tuple(rules))).saved
    alone = [rule for rule in rules if rule.is_exclusive]
    assert all(best >= apply(of, Deals(NOW, (rule,))).saved for rule in alone)
