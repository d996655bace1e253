"""Money back by line: the exact share of what was paid, once, and never above what was captured."""

from decimal import Decimal

import pytest

from orders import refunds
from orders.models import DownloadGrant, GiftCard, GiftCardEntry, Order, OrderLine, Payment, Refund
from orders.payments.gateway import RefundOutcome
from orders.payments.sandbox_gateway import SandboxGateway
from orders.refunds import RefundTooLarge, ShippingRefunded, UnitsRefunded
from orders.services.pay_order import start_payment
from orders.services.refund_items import refund_items
from orders.services.refund_order import NothingToRefund, refund_order
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = RefundOutcome(status=Refund.Status.FAILED, failure="no")


def paid(**changes) -> Order:
    order = place(**changes)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


def give(order: Order, reason: str = "scratched", *, shipping: bool = False, **units: int) -> Refund:
    names = {"lamp": "LAMP-S", "pattern": "PATTERN-1"}
    quantities = {names[name]: n for name, n in units.items()}
    return refund_items(order=order, quantities=quantities, shipping=shipping, reason=reason, now=NOW)


def counted(order: Order, sku: str = "LAMP-S") -> tuple[int, int, int]:
    line = order.lines.get(sku=sku)
    return line.refunded, line.refunded_amount, line.refunded_tax


def test_one_of_two_lamps_gives_back_its_price_and_is_counted():
    order = paid()
    refund = give(order, lamp=1)
    assert (refund.amount, refund.shipping, refund.status) == (1299, 0, "succeeded")
    assert [(row.line.sku, row.quantity, row.amount) for row in refund.lines.all()] == [("LAMP-S", 1, 1299)]
    assert counted(order) == (1, 1299, 0)
    assert Payment.objects.get(order=order).refunded == 1299


def test_lamps_and_shipping_in_parts_give_back_the_total_to_the_cent():
    order = paid()
    given = [give(order, lamp=1).amount, give(order, lamp=1, shipping=True).amount]
    assert given == [1299, 1299 + 490] and sum(given) == order.total
    with pytest.raises(NothingToRefund):
        give(order, lamp=1)


def three_patterns(*, discount: int, tax: int = 0, included: bool = False) -> Order:
    """Three units at 8.66 and shipping at 4.90, paid; their sum does not divide by three."""
    order = place(digital=True, physical=False)
    lines = {"quantity": 3, "unit_price": 866, "total": 2598, "discount": discount, "tax": tax}
    OrderLine.objects.filter(order=order).update(**lines, tax_rate=Decimal("0.0725"))
    total = 2598 - discount + (0 if included else tax) + 490
    sums = {"subtotal": 2598, "shipping": 490, "discount": discount, "tax": tax, "total": total}
    Order.objects.filter(pk=order.pk).update(**sums, tax_included=included)
    Payment.objects.update(amount=total)
    order.refresh_from_db()
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    ("included", "discount", "tax"), [(False, 97, 77), (False, 2, 1), (True, 101, 403), (True, 1, 0)]
)
def test_units_given_back_one_by_one_sum_to_what_was_paid_and_its_tax(included, discount, tax):
    order = three_patterns(discount=discount, tax=tax, included=included)
    amounts = [give(order, pattern=1).amount for _unit in range(3)]
    assert sum(amounts) == order.total - 490 and max(amounts) - min(amounts) <= 1
    assert counted(order, "PATTERN-1") == (3, order.total - 490, tax)
    assert give(order, shipping=True).amount == 490
    assert Payment.objects.get(order=order).status == "refunded"


def test_no_more_units_are_paid_back_than_were_bought():
    order = paid()
    give(order, lamp=1)
    with pytest.raises(UnitsRefunded, match="1 can still be refunded"):
        give(order, lamp=2)
    with pytest.raises(UnitsRefunded):
        refund_items(order=order, quantities={"MUG": 1}, reason="not bought", now=NOW)
    assert Refund.objects.count() == 1


def test_shipping_is_paid_back_once():
    order = paid()
    give(order, shipping=True)
    with pytest.raises(ShippingRefunded):
        give(order, lamp=1, shipping=True)
    assert counted(order) == (0, 0, 0)


def test_after_goodwill_the_lines_give_back_what_is_left():
    order = paid()
    refund_order(order=order, amount=1000, reason="sorry", now=NOW)
    rest = give(order, lamp=2, shipping=True)
    assert rest.amount == order.total - 1000
    assert counted(order) == (2, order.total - 1000 - rest.shipping, 0)


def test_all_that_is_left_is_counted_on_its_lines():
    order = paid()
    give(order, lamp=1)
    rest = refund_order(order=order, reason="the rest", now=NOW)
    assert (rest.amount, rest.shipping) == (1299 + 490, 490)
    assert counted(order) == (2, 2598, 0)
    assert Order.objects.get(pk=order.pk).shipping_refunded


def test_a_refund_the_provider_refuses_is_taken_off_its_lines_again(monkeypatch):
    order = paid(digital=True)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", lambda self, refund: REFUSED)
        refused = give(order, lamp=1, pattern=1, shipping=True)
    assert refused.status == "failed"
    assert counted(order) == counted(order, "PATTERN-1") == (0, 0, 0)
    assert not Order.objects.get(pk=order.pk).shipping_refunded
    assert DownloadGrant.objects.get().revoked_at is None
    assert give(order, lamp=2, pattern=1, shipping=True).amount == order.total


def test_a_failed_refund_between_two_others_leaves_no_cent_over(monkeypatch):
    order = three_patterns(discount=1)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", lambda self, refund: REFUSED)
        give(order, pattern=1)
    assert give(order, pattern=2).amount + give(order, pattern=1).amount == 2597


def test_a_refunded_download_is_revoked_unless_it_was_fetched():
    order = paid(digital=True)
    give(order, pattern=1)
    grant = DownloadGrant.objects.get()
    assert grant.revoked_at is not None and grant.redeemed_at is None
    fetched = paid(number="SC-TEST0002", digital=True, physical=False)
    DownloadGrant.objects.filter(line__order=fetched).update(redeemed_at=NOW)
    give(fetched, pattern=1)
    grant = DownloadGrant.objects.get(line__order=fetched)
    assert grant.revoked_at is None and grant.redeemed_at == NOW


def test_an_unpaid_order_has_nothing_to_give_back():
    with pytest.raises(NothingToRefund):
        give(place(), lamp=1)
    with pytest.raises(RefundTooLarge):
        refunds.plan(place(number="SC-TEST0003"), {"LAMP-S": -1})


def paid_with_a_gift_card(amount: int) -> tuple[Order, GiftCard]:
    """Two lamps and their shipping, of which a gift card paid `amount`."""
    order = place()
    card = GiftCard.objects.create(
        code_hash="x", last4="WXYZ", currency="USD", initial=5000, balance=5000 - amount, issued_at=NOW
    )
    GiftCardEntry.objects.create(
        card=card, order=order, amount=-amount, reason="spent", reference=f"order-{order.number}", at=NOW
    )
    Order.objects.filter(pk=order.pk).update(gift_card=amount)
    Payment.objects.update(amount=order.total - amount)
    order.refresh_from_db()
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order, card


def ways(refund: Refund) -> tuple[int, int, str]:
    return refund.amount, refund.gift_card, refund.status


def test_the_card_gets_its_money_first_and_the_gift_card_the_rest():
    order, gift_card = paid_with_a_gift_card(1000)
    assert ways(give(order, lamp=1)) == (1299, 0, "succeeded")
    assert ways(give(order, lamp=1, shipping=True)) == (789, 1000, "succeeded")
    gift_card.refresh_from_db()
    assert gift_card.balance == 5000
    with pytest.raises(NothingToRefund):
        refund_order(order=order, reason="greed", amount=1, now=NOW)


def test_when_the_card_has_all_its_money_the_gift_card_alone_gets_the_rest():
    order, gift_card = paid_with_a_gift_card(1000)
    refund_order(order=order, amount=2088, reason="first", now=NOW)
    with pytest.raises(RefundTooLarge):
        refund_order(order=order, amount=1001, reason="greed", now=NOW)
    assert ways(refund_order(order=order, reason="rest", now=NOW)) == (0, 1000, "succeeded")
    gift_card.refresh_from_db()
    assert gift_card.balance == 5000


def test_an_order_that_a_gift_card_paid_whole_is_refunded_onto_it():
    order, gift_card = paid_with_a_gift_card(3088)
    assert ways(give(order, lamp=1)) == (0, 1299, "succeeded")
    assert ways(refund_order(order=order, reason="rest", now=NOW)) == (0, 3088 - 1299, "succeeded")
    gift_card.refresh_from_db()
    assert gift_card.balance == 5000 and counted(order) == (2, 2598, 0)
