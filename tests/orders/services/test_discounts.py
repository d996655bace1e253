"""Promotions and gift cards in the sale: what is written down, refused, and given back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import gift_cards, queries
from orders.gift_cards import GiftCardShort
from orders.models import Coupon, GiftCard, GiftCardEntry, Order, Payment, Promotion, PromotionUse
from orders.promotion_uses import UsedUp
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.cart_codes import CodeRefused, GiftCardRefused
from orders.services.expire_orders import expire_unpaid_orders
from orders.services.pay_order import start_payment
from orders.services.place_order import CodeNotApplied, TotalChanged
from orders.services.refund_order import refund_cancelled_order
from tests.orders.goods import NOW, cart_of, on_sale, order, order_of
from tests.orders.offers import coupon, enter, gift_card, promotion

pytestmark = pytest.mark.django_db(transaction=True)


def ledger_of(order):
    return [(e.reason, e.amount) for e in GiftCardEntry.objects.filter(order=order).order_by("pk")]


def test_an_automatic_promotion_is_taken_off_each_line_before_tax():
    promotion()
    placed = order_of((on_sale("LAMP-S", usd=4999), 2), (on_sale("MUG", usd=1295), 1))
    assert [line.discount for line in placed.lines.order_by("pk")] == [1000, 129]
    assert (placed.subtotal, placed.discount, placed.tax) == (11293, 1129, 652 + 85)
    assert placed.total == 11293 - 1129 + placed.shipping + placed.tax
    (shown,) = placed.discounts.all()
    assert (shown.name, shown.code, shown.amount, shown.shipping) == ("Ten off", "", 1129, 0)


def test_an_unlimited_automatic_promotion_leaves_its_row_alone():
    offer = promotion()
    cart_id = cart_of((on_sale(), 1))
    with CaptureQueriesContext(connection) as captured:
        order(cart_id)
    statements = [query["sql"] for query in captured.captured_queries]
    assert not [sql for sql in statements if 'UPDATE "orders_promotion"' in sql or '"orders_promotionuse"' in sql]
    assert len(statements) <= 15, statements
    assert Promotion.objects.get(pk=offer.pk).uses == 0


def test_free_delivery_is_out_of_the_orders_shipping():
    promotion(kind="free_shipping", name="On us")
    placed = order_of((on_sale(usd=1000), 1))
    assert (placed.shipping, placed.discount) == (0, 0)
    assert placed.discounts.get().shipping == 595


def test_a_faster_delivery_costs_the_difference():
    promotion(kind="free_shipping")
    assert order_of((on_sale(usd=1000), 1), shipping_method="express").shipping == 1495 - 595


def test_a_code_is_counted_and_written_on_the_order():
    code = coupon(limit=5)
    placed = order(enter(cart_of((on_sale(usd=5000), 1)), "welcome10"))
    assert placed.discounts.get().code == "WELCOME10"
    assert placed.discount == 500
    assert Coupon.objects.get(pk=code.pk).uses == 1
    assert PromotionUse.objects.get().order == placed


def test_the_codes_leave_the_cart_with_the_order():
    coupon()
    cart_id = enter(cart_of((on_sale(), 1)), "WELCOME10")
    order(cart_id)
    assert queries.cart(cart_id).codes == ()


@pytest.mark.parametrize("way_out", ["cancelled", "expired"])
def test_an_order_that_comes_to_nothing_gives_the_use_back_once(way_out):
    code = coupon(limit=1, per_customer=1)
    placed = order(enter(cart_of((on_sale(), 1)), "WELCOME10"))
    if way_out == "cancelled":
        cancel_order(order=placed, reason=CancelReason.BY_BUYER, now=NOW)
    else:
        expire_unpaid_orders(now=NOW + timedelta(hours=1))
    assert PromotionUse.objects.get().released_at is not None
    assert Coupon.objects.get(pk=code.pk).uses == 0
    again = order(enter(cart_of((on_sale("MUG"), 1)), "WELCOME10"))
    assert again.discount


def test_a_customer_uses_an_offer_no_more_often_than_one_may():
    coupon(per_customer=1)
    mug = on_sale("MUG")
    order(enter(cart_of((mug, 1)), "WELCOME10"))
    cart_id = enter(cart_of((mug, 1)), "WELCOME10")
    with pytest.raises(CodeNotApplied) as refused:
        order(cart_id)
    assert str(refused.value) == "You have used the code WELCOME10 already."
    # Somebody else may.
    assert order(cart_id, email="other@example.com").discount


def test_a_first_order_offer_is_for_a_first_order():
    promotion(first_order_only=True, per_customer=1)
    mug = on_sale("MUG")
    assert order_of((mug, 1)).discount
    assert not order_of((mug, 1), email="MARA@example.com").discount


def test_without_the_buyers_word_a_code_that_does_not_count_stops_the_order():
    coupon(minimums={"USD": 100_000})
    cart_id = enter(cart_of((on_sale(), 1)), "WELCOME10")
    with pytest.raises(CodeNotApplied):
        order(cart_id)
    assert not Order.objects.exists()


def test_a_code_that_ended_while_the_buyer_looked_is_not_charged_silently():
    code = coupon()
    cart_id = enter(cart_of((on_sale(usd=5000), 1)), "WELCOME10")
    seen = 4500 + 326
    Promotion.objects.filter(pk=code.promotion_id).update(active=False)
    with pytest.raises(TotalChanged):
        order(cart_id, seen_total=seen)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_at": NOW}, "has expired"),
        ({"active": False}, "has expired"),
        ({"starts_at": NOW + timedelta(days=1)}, "is valid from"),
        ({"limit": 0}, "is used up"),
        ({"markets": ["de"]}, "not valid in this shop"),
    ],
)
def test_a_code_that_cannot_count_is_not_kept(changes, said):
    code = coupon(**{name: value for name, value in changes.items() if name != "limit"}, limit=changes.get("limit"))
    cart_id = cart_of((on_sale(), 1))
    with pytest.raises(CodeRefused, match=said):
        enter(cart_id, code.code)
    with pytest.raises(CodeRefused, match="We do not know"):
        enter(cart_id, "NOSUCHCODE")
    assert queries.cart(cart_id).codes == ()


def test_a_gift_card_pays_first_and_the_payment_brings_the_rest():
    card = gift_card(3000)
    placed = order(enter(cart_of((on_sale(usd=4999), 1)), card.code))
    assert placed.gift_card == 3000
    assert Payment.objects.get().amount == placed.total - 3000
    assert GiftCard.objects.get().balance == 0
    assert ledger_of(placed) == [("spent", -3000)]


def test_gift_cards_that_pay_it_all_leave_nothing_to_collect():
    first, second = gift_card(3000), gift_card(9000)
    cart_id = enter(enter(cart_of((on_sale(usd=4999), 1)), first.code), second.code)
    placed = order(cart_id)
    assert (placed.due, placed.gift_card) == (0, placed.total)
    paid = start_payment(order=placed, return_url="http://localhost/", now=NOW)
    assert paid.status == "captured"
    placed.refresh_from_db()
    assert placed.status == "paid"
    assert GiftCard.objects.get(pk=first.card.pk).balance == 0
    assert GiftCard.objects.get(pk=second.card.pk).balance == 9000 - (placed.total - 3000)


@pytest.mark.parametrize("is_paid", [True, False])
def test_a_cancelled_order_gives_the_gift_card_its_money_back_once(is_paid):
    card = gift_card(9000)
    placed = order(enter(cart_of((on_sale(usd=4999), 1)), card.code))
    if is_paid:
        start_payment(order=placed, return_url="http://localhost/", now=NOW)
    cancel_order(order=placed, reason=CancelReason.BY_BUYER, now=NOW)
    for _told_twice in range(2):
        refund_cancelled_order(order_number=placed.number, now=NOW)
    assert GiftCard.objects.get().balance == 9000
    assert gift_cards.held_by(placed) == 0
    assert ledger_of(placed) == [("spent", -placed.total), ("returned", placed.total)]


def test_a_card_is_spent_however_its_code_is_typed():
    card = gift_card()
    cart_id = cart_of((on_sale(), 1))
    enter(cart_id, card.code.lower().replace("-", " "))
    enter(cart_id, card.code)
    assert len(queries.cart(cart_id).gift_cards) == 1


@pytest.mark.parametrize("why", ["expired", "blocked", "empty", "other currency"])
def test_a_card_that_cannot_be_spent_is_refused_without_saying_why(why):
    card = gift_card(currency="EUR" if why == "other currency" else "USD", expires_at=NOW if why == "expired" else None)
    GiftCard.objects.update(active=why != "blocked", balance=0 if why == "empty" else 5000)
    with pytest.raises(GiftCardRefused):
        enter(cart_of((on_sale(), 1)), card.code)


def test_a_card_spent_elsewhere_meanwhile_stops_the_order():
    card = gift_card()
    cart_id = enter(cart_of((on_sale(), 1)), card.code)
    GiftCard.objects.update(balance=0)
    with pytest.raises(GiftCardShort):
        order(cart_id)


def test_no_code_of_a_gift_card_is_kept_anywhere():
    card = gift_card()
    order(enter(cart_of((on_sale(), 1)), card.code))
    letters = card.code.replace("-", "")
    for model in (GiftCard, GiftCardEntry, Order):
        assert not [row for row in model.objects.values() if card.code in str(row) or letters in str(row)]


def test_a_used_up_offer_is_refused_by_name():
    assert str(UsedUp("WELCOME10")).startswith("“WELCOME10” was just used up.")
