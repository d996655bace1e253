"""Money that is only authorised: held on the card, taken by a capture, let go by a void, and never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from orders import stock
from orders.ledgers import money_breaches
from orders.models import Order, Payment, PaymentOperation, Refund, SandboxCharge, StockReservation
from orders.payments import gateway as port
from orders.services.apply_outcome import apply_outcome
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.services.capture_payment import capture_payment, reconcile_operations, void_payment
from orders.services.expire_orders import expire_unpaid_orders
from orders.services.pay_order import NotPayable, start_payment
from orders.services.reconcile_money import reconcile_money
from orders.services.refund_order import RefundTooLarge, refund_order
from orders.services.request_operation import CaptureTooLarge, NotAuthorised, request_operation
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db
Status, Money = Payment.Status, Order.PaymentStatus
LATER = NOW + timedelta(minutes=2)


@pytest.fixture(autouse=True)
def manual_capture(settings, monkeypatch):
    settings.PAYMENT_CAPTURE = "manual"
    monkeypatch.setattr("shopcloud.lib.clock.now", lambda: NOW)


def authorised(token: str = "tok_ok") -> tuple[Order, Payment]:
    order = place()
    order.payments.update(manual_capture=True)
    payment = start_payment(order=order, return_url=RETURN_URL, token=token, now=NOW)
    return order, payment


def state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status


def test_an_authorised_order_keeps_its_units_and_waits_for_the_shop():
    order, payment = authorised()
    assert (payment.status, payment.captured) == (Status.AUTHORISED, 0)
    assert state(order) == ("awaiting_payment", "authorised")
    assert expire_unpaid_orders(now=NOW + timedelta(hours=5)) == 0
    assert stock.levels(["LAMP-S"])["LAMP-S"].reserved == 2
    assert StockReservation.objects.get().expires_at == payment.authorised_until == NOW + timedelta(days=7)
    with pytest.raises(NotPayable, match="authorised already"):
        start_payment(order=order, return_url=RETURN_URL, now=NOW)
    with pytest.raises(CannotCancel):
        cancel_order(order=order, reason=CancelReason.UNPAID, now=NOW)


def test_a_capture_pays_the_order():
    order, payment = authorised()
    assert capture_payment(payment=payment, now=NOW).status == Status.CAPTURED
    assert state(order) == ("paid", "paid")
    assert (payment.captured, payment.operations.get().status) == (order.total, "succeeded")
    assert OutboxEvent.objects.filter(event_name="OrderPaid").count() == 1
    assert money_breaches() == []


def test_less_than_was_authorised_may_be_captured_and_no_more_is_given_back():
    order, payment = authorised()
    assert capture_payment(payment=payment, amount=1000, now=NOW).captured == 1000
    assert SandboxCharge.objects.get().captured == 1000
    with pytest.raises(RefundTooLarge):
        refund_order(order=order, amount=1001, reason="too much", now=NOW)
    refund_order(order=order, amount=400, reason="part", now=NOW)
    assert state(order) == ("paid", "partially_refunded")
    refund_order(order=order, amount=600, reason="rest", now=NOW)
    assert state(order) == ("paid", "refunded")
    assert money_breaches() == []


@pytest.mark.parametrize("amount", [0, -5, 10**9])
def test_a_capture_of_nothing_or_too_much_is_refused(amount):
    _order, payment = authorised()
    with pytest.raises(CaptureTooLarge):
        capture_payment(payment=payment, amount=amount, now=NOW)
    assert not PaymentOperation.objects.exists()


def test_a_void_lets_the_money_go_and_the_order_may_be_paid_again():
    order, payment = authorised()
    assert void_payment(payment=payment, now=NOW).status == Status.VOIDED
    assert state(order) == ("awaiting_payment", "unpaid")
    assert SandboxCharge.objects.get().status == "voided"
    again = start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    assert (again.attempt, again.status) == (2, Status.AUTHORISED)
    assert money_breaches() == []


def test_cancelling_an_authorised_order_voids_it():
    order, payment = authorised()
    cancel_order(order=order, reason=CancelReason.BY_BUYER, now=NOW)
    assert OutboxEvent.objects.filter(event_name="OperationRequested").count() == 1
    reconcile_money(now=LATER)
    payment.refresh_from_db()
    assert (payment.status, state(order)) == (Status.VOIDED, ("cancelled", "unpaid"))
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == 10
    assert money_breaches() == []


def test_an_authorisation_that_runs_out_cancels_its_order():
    order, payment = authorised()
    reconcile_money(now=NOW + timedelta(days=6, hours=23))
    assert state(order) == ("awaiting_payment", "authorised")
    reconcile_money(now=NOW + timedelta(days=7, minutes=1))
    reconcile_money(now=NOW + timedelta(days=7, minutes=3))
    payment.refresh_from_db()
    assert (payment.status, state(order)) == (Status.VOIDED, ("cancelled", "unpaid"))
    assert order.cancel_reason == CancelReason.NOT_CAPTURED


def test_a_capture_after_the_bank_let_go_fails_and_the_order_is_unpaid(monkeypatch):
    order, payment = authorised()
    monkeypatch.setattr("shopcloud.lib.clock.now", lambda: NOW + timedelta(days=8))
    assert capture_payment(payment=payment, now=NOW + timedelta(days=8)).status == Status.VOIDED
    assert (payment.operations.get().status, state(order)) == ("failed", ("awaiting_payment", "unpaid"))


@pytest.mark.parametrize(
    ("token", "end"), [("tok_capture_timeout", capture_payment), ("tok_void_timeout", void_payment)]
)
def test_an_answer_that_is_lost_is_asked_for_again(token, end):
    order, payment = authorised(token)
    assert end(payment=payment, now=NOW).status == Status.AUTHORISED
    assert payment.operations.get().status == "created"
    assert reconcile_operations(now=NOW + timedelta(seconds=30)) == 0
    assert reconcile_operations(now=LATER) == 1
    assert money_breaches() == []
    assert state(order)[1] == (Money.PAID if end is capture_payment else Money.UNPAID)


def test_a_refused_capture_is_told_and_may_be_tried_again():
    _order, payment = authorised("tok_capture_refused")
    assert capture_payment(payment=payment, now=NOW).status == Status.AUTHORISED
    assert payment.operations.get().failure == "This charge cannot be captured."
    assert void_payment(payment=payment, now=NOW).status == Status.VOIDED


def test_an_authorisation_is_ended_by_one_of_many_who_try_at_once(transactional_db):
    authorised()

    def end(n: int) -> bool:
        try:
            (capture_payment if n % 2 else void_payment)(payment=Payment.objects.get(), now=NOW)
            return True
        except NotAuthorised:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(end, range(6))).count(True) == 1
    assert PaymentOperation.objects.count() == 1
    assert money_breaches() == []


def test_the_database_knows_that_an_authorisation_ends_once():
    _order, payment = authorised()
    request_operation(payment=payment, kind="void", now=NOW)
    with pytest.raises(IntegrityError, match="authorisation_ends_once"), transaction.atomic():
        PaymentOperation.objects.create(payment=payment, kind="capture", amount=5, created_at=NOW)


def test_a_capture_under_way_while_the_order_is_cancelled_is_given_back():
    order, payment = authorised()
    operation = request_operation(payment=payment, kind="capture", amount=order.total, now=NOW)
    cancel_order(order=order, reason=CancelReason.BY_STAFF, now=NOW)
    assert PaymentOperation.objects.get() == operation
    for minutes in (2, 4):
        reconcile_money(now=NOW + timedelta(minutes=minutes))
    payment.refresh_from_db()
    assert (payment.status, Refund.objects.get().status) == (Status.REFUNDED, "succeeded")
    assert money_breaches() == []


def test_a_second_authorisation_is_let_go():
    order, first = authorised("tok_timeout_before")
    Payment.objects.filter(pk=first.pk).update(status=Status.FAILED)
    second = start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    late = port.Outcome(status=Status.AUTHORISED, reference="late")
    assert apply_outcome(payment_id=first.pk, outcome=late, now=NOW)
    assert first.operations.get().kind == "void" and not second.operations.exists()
    assert state(order) == ("awaiting_payment", "authorised")


def test_an_authorisation_told_after_the_capture_changes_nothing():
    order, payment = authorised()
    capture_payment(payment=payment, now=NOW)
    late = port.Outcome(status=Status.AUTHORISED, reference=payment.provider_reference)
    assert not apply_outcome(payment_id=payment.pk, outcome=late, now=NOW)
    assert state(order) == ("paid", "paid")
