"""What gift cards paid goes back with the rest: invoices are credited whole, and the books say so."""

import pytest

from orders import ledgers
from orders.models import Invoice, Order, Refund
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.issue_invoice import issue_credit_note, issue_invoice
from orders.services.pay_order import start_payment
from orders.services.refund_order import refund_cancelled_order, refund_order, settle_refund
from tests.orders.goods import NOW, cart_of, on_sale, order
from tests.orders.offers import enter, gift_card

pytestmark = pytest.mark.django_db(transaction=True)
PART, ALL = 4000, 50_000


def paid_with(gift: int) -> Order:
    """Two lamps, paid as far as it goes by a gift card, and the rest by card."""
    placed = order(enter(cart_of((on_sale(), 2)), gift_card(gift).code))
    start_payment(order=placed, return_url="http://localhost:8000/", token="tok_ok", now=NOW)
    return Order.objects.get(pk=placed.pk)


@pytest.mark.parametrize("gift", [PART, ALL])
def test_a_cancelled_order_is_credited_whole_however_it_was_paid(gift):
    placed = paid_with(gift)
    invoice = issue_invoice(order_number=placed.number, now=NOW)
    cancel_order(order=placed, reason=CancelReason.BY_BUYER, now=NOW)
    promised = refund_cancelled_order(order_number=placed.number, now=NOW)
    settle_refund(refund_id=promised.pk, now=NOW)
    credited = issue_credit_note(refund_id=promised.pk, now=NOW)
    assert (credited.total, credited.tax) == (invoice.total, invoice.tax)
    placed.refresh_from_db()
    assert placed.payment_status == "refunded"
    assert Invoice.objects.count() == 2
    assert ledgers.breaches() == []


@pytest.mark.parametrize("gift", [PART, ALL])
def test_the_books_know_that_gift_cards_pay_too(gift):
    placed = paid_with(gift)
    # All of the card's money, or a part of the gift card's: not yet all that was paid.
    refund_order(order=placed, reason="scratched", amount=placed.due or 500, now=NOW)
    placed.refresh_from_db()
    assert placed.payment_status == "partially_refunded"
    assert ledgers.breaches() == []
    refund_order(order=placed, reason="the rest", now=NOW)
    assert ledgers.breaches() == []


def test_no_reason_that_staff_type_turns_a_sale_into_money_that_came_too_late():
    placed = paid_with(PART)
    refund_order(order=placed, reason="order_closed", amount=500, now=NOW)
    placed.refresh_from_db()
    assert (Refund.objects.get().reason, placed.payment_status) == ("order closed", "partially_refunded")
    assert ledgers.breaches() == []
