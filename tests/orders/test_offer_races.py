"""The last use of a code and the last money of a gift card under a rush, counted in the stores at rest.

Each race has a control without its guard, which must break: a race that cannot be lost proves nothing.
"""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection
from django.db.models import Sum

from orders.gift_cards import GiftCardShort
from orders.models import Coupon, GiftCard, GiftCardEntry, Order, OrderDiscount, Payment, Promotion, PromotionUse
from orders.promotion_uses import UsedUp
from orders.services import place_order as placing
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.services.place_order import CodeNotApplied
from shopcloud.lib import guards
from tests.orders import test_race
from tests.orders.goods import NOW, cart_of, on_sale, order
from tests.orders.offers import coupon, enter, gift_card

pytestmark = pytest.mark.django_db(transaction=True)
RIVALS = 20


def rush(job, jobs):
    """As in the race for stock; what a late reader is told counts as refused too."""

    def one(argument):
        try:
            return job(argument)
        except (UsedUp, CodeNotApplied, GiftCardShort, CannotCancel) as refusal:
            return refusal

    return test_race.rush(one, jobs)


def placed_in(answers) -> int:
    return sum(isinstance(answer, Order) for answer in answers)


@contextmanager
def unchecked(model, name):
    """The table without the constraint that would stop the control run."""
    constraint = next(c for c in model._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        for rows in (PromotionUse, OrderDiscount, GiftCardEntry, Coupon, Promotion, GiftCard):
            rows.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def carts_with_code(code="WELCOME10", **changes):
    coupon(code, **changes)
    mug = on_sale("MUG", units=500)
    return [enter(cart_of((mug, 1)), code) for _ in range(RIVALS)]


def as_different_people(carts):
    return list(enumerate(carts))


def buy(job):
    n, cart_id = job
    return order(cart_id, email=f"buyer{n}@example.com")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_code_for_one_use_raced_by_twenty_is_used_once(seed):
    answers = rush(buy, as_different_people(carts_with_code(limit=1)))
    assert placed_in(answers) == Order.objects.count() == PromotionUse.objects.count() == 1
    assert Coupon.objects.get().uses == 1


def test_a_promotion_for_three_uses_raced_through_many_codes_is_used_three_times():
    first = coupon("C0")
    Promotion.objects.update(limit=3)
    mug = on_sale("MUG", units=500)
    Coupon.objects.bulk_create(Coupon(code=f"C{n}", promotion=first.promotion) for n in range(1, RIVALS))
    carts = [enter(cart_of((mug, 1)), f"C{n}") for n in range(RIVALS)]
    answers = rush(buy, as_different_people(carts))
    assert placed_in(answers) == PromotionUse.objects.count() == Promotion.objects.get().uses == 3


def test_control_without_the_guard_the_check_in_the_database_refuses(meet_before):
    carts = carts_with_code(limit=1)
    meet_before(placing, "_write")
    with guards.removed("promotions.use"):
        answers = rush(buy, as_different_people(carts))
    assert any(isinstance(answer, IntegrityError) for answer in answers)
    assert placed_in(answers) == Coupon.objects.get().uses == 1


def test_control_without_guard_and_check_the_code_is_used_by_many(meet_before):
    carts = carts_with_code(limit=1)
    meet_before(placing, "_write")
    with unchecked(Coupon, "coupon_within_limit"), guards.removed("promotions.use"):
        answers = rush(buy, as_different_people(carts))
        assert placed_in(answers) == PromotionUse.objects.count() == Coupon.objects.get().uses > 1


@pytest.mark.parametrize("most", [1, 3])
def test_one_customer_in_twenty_tabs_uses_an_offer_no_more_than_one_may(most):
    answers = rush(order, carts_with_code(per_customer=most))
    assert placed_in(answers) == most
    assert sorted(PromotionUse.objects.values_list("ordinal", flat=True)) == list(range(1, most + 1))


def test_control_without_the_guard_one_customer_uses_it_in_many_tabs(meet_before):
    carts = carts_with_code(per_customer=1)
    meet_before(placing, "_write")
    with guards.removed("promotions.use_per_customer"):
        answers = rush(order, carts)
    assert placed_in(answers) == PromotionUse.objects.count() > 1


def test_an_order_cancelled_from_ten_tabs_gives_its_use_and_its_money_back_once():
    card = gift_card(5000)
    (cart_id, *_others) = carts_with_code(limit=1)
    bought = order(enter(cart_id, card.code))
    answers = rush(lambda _tab: cancel_order(order=bought, reason=CancelReason.BY_BUYER, now=NOW), list(range(10)))
    assert placed_in(answers) == 1
    assert (Coupon.objects.get().uses, GiftCard.objects.get().balance) == (0, 5000)
    assert GiftCardEntry.objects.aggregate(sum=Sum("amount"))["sum"] == 5000


def baskets_of_twenty_dollars(card):
    # 18.65 and the tax on it; above the price of delivery nothing else is added.
    download = on_sale("PATTERN", usd=2000, kind="digital", download="files/p.pdf", units=None)
    return [enter(cart_of((download, 1)), card.code) for _ in range(10)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_card_of_fifty_raced_by_ten_baskets_of_twenty_spends_fifty_at_most(seed):
    carts = baskets_of_twenty_dollars(gift_card(5000))
    answers = rush(lambda cart_id: order(cart_id, address=None, shipping_method=None), carts)
    orders = list(Order.objects.all())
    card = GiftCard.objects.get()
    spent = -GiftCardEntry.objects.filter(reason="spent").aggregate(sum=Sum("amount"))["sum"]
    assert placed_in(answers) == len(orders) >= 2
    assert spent == sum(one.gift_card for one in orders) == card.initial - card.balance <= 5000
    assert all(p.amount == p.order.total - p.order.gift_card for p in Payment.objects.select_related("order"))


def test_control_without_the_guard_the_check_in_the_database_refuses_the_card(meet_before):
    carts = baskets_of_twenty_dollars(gift_card(5000))
    meet_before(placing, "_write", callers=3)
    with guards.removed("gift_cards.spend"):
        answers = rush(lambda cart_id: order(cart_id, address=None, shipping_method=None), carts)
    assert any(isinstance(answer, IntegrityError) for answer in answers)
    assert GiftCard.objects.get().balance >= 0


def test_control_without_guard_and_check_the_card_is_overspent(meet_before):
    carts = baskets_of_twenty_dollars(gift_card(5000))
    meet_before(placing, "_write", callers=3)
    with unchecked(GiftCard, "gift_card_balance_within_value"), guards.removed("gift_cards.spend"):
        rush(lambda cart_id: order(cart_id, address=None, shipping_method=None), carts)
        assert GiftCard.objects.get().balance < 0


def test_orders_sharing_codes_and_cards_in_any_order_never_deadlock():
    cards = [gift_card(500_000) for _ in range(3)]
    codes = [coupon(f"CODE{n}", limit=500).code for n in range(3)]
    mug = on_sale("MUG", units=500, usd=100_000)
    carts = []
    for n in range(RIVALS):
        cart_id = cart_of((mug, 1))
        for code in [*codes[:2], *(card.code for card in cards)][:: 1 if n % 2 else -1]:
            enter(cart_id, code)
        carts.append(cart_id)
    answers = rush(buy, as_different_people(carts))
    # Who comes late for a card is told so; nobody waits for ever, and the sums are right.
    assert all(isinstance(answer, Order | GiftCardShort) for answer in answers)
    placed = placed_in(answers)
    assert sorted(Coupon.objects.values_list("uses", flat=True)) == [0, placed, placed]
    left = GiftCard.objects.aggregate(sum=Sum("balance"))["sum"]
    assert left == 1_500_000 - Order.objects.aggregate(sum=Sum("gift_card"))["sum"]
