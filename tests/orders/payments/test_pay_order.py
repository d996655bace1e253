"""One order, however its payment is told: by the buyer's return, a webhook, a poll, once or many times."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from orders import stock
from orders.models import Order, Payment, Refund, SandboxCharge, WebhookEvent
from orders.models.sandbox import SandboxRefund
from orders.payments import gateway as port
from orders.payments import sandbox_events, sandbox_provider, sandbox_tokens
from orders.payments.webhooks import receive
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.pay_order import (
    NotPayable,
    apply_outcome,
    poll_order,
    reconcile_payments,
    refresh_payment,
    start_payment,
)
from orders.services.refund_order import (
    NothingToRefund,
    RefundTooLarge,
    reconcile_refunds,
    refund_order,
    settle_refund,
)
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db
Status = Payment.Status


def pay(order: Order, token: str | None = "tok_ok", now=NOW) -> Payment:
    return start_payment(order=order, return_url=RETURN_URL, token=token, now=now)


def events(name: str) -> int:
    return OutboxEvent.objects.filter(event_name=name).count()


def by_redirect(order: Order) -> None:
    poll_order(number=order.number, now=NOW)


def by_webhook(order: Order) -> None:
    charge = SandboxCharge.objects.get()
    body, headers = sandbox_events.signed_event(charge, now=NOW)
    notice = port.gateway("sandbox").parse_webhook(headers, body, NOW)
    receive(gateway_name="sandbox", notice=notice, now=NOW)


def by_poll(order: Order) -> None:
    reconcile_payments(now=NOW + timedelta(minutes=5))


def test_a_good_card_pays_the_order_and_sells_its_stock():
    order = place()
    payment = pay(order)
    order.refresh_from_db()
    assert (payment.status, order.status, order.paid_at) == (Status.CAPTURED, Order.Status.PAID, NOW)
    level = stock.levels(["LAMP-S"])["LAMP-S"]
    assert (level.on_hand, level.reserved) == (8, 0)
    purchase = OutboxEvent.objects.get(event_name="Purchased").payload
    assert purchase["total"] == order.total and purchase["lines"][0]["sku"] == "LAMP-S"


@pytest.mark.parametrize("ways", list(itertools.permutations([by_redirect, by_webhook, by_poll])))
def test_however_the_capture_is_told_and_however_often_it_counts_once(ways):
    order = place()
    payment = pay(order, token=None)
    assert payment.status == Status.REQUIRES_ACTION
    sandbox_provider.pay(charge_id=payment.provider_reference, token="tok_ok")
    for tell in (*ways, *ways):
        tell(order)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert Payment.objects.filter(status=Status.CAPTURED).count() == 1
    assert (events("OrderPaid"), events("Purchased"), events("RefundRequested")) == (1, 1, 0)
    assert stock.levels(["LAMP-S"])["LAMP-S"].on_hand == 8
    assert WebhookEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_answers_that_arrive_at_the_same_moment_have_one_effect():
    order = place()
    payment = pay(order, token=None)
    sandbox_provider.pay(charge_id=payment.provider_reference, token="tok_ok")
    outcome = port.gateway("sandbox").fetch(payment)

    def tell(_: int) -> bool:
        try:
            return apply_outcome(payment_id=payment.pk, outcome=outcome, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(tell, range(6)))
    assert told.count(True) == 1
    assert events("OrderPaid") == 1


def test_a_declined_card_leaves_the_order_waiting_and_a_good_one_pays_it():
    order = place()
    declined = pay(order, "tok_declined")
    order.refresh_from_db()
    assert (declined.status, declined.failure) == (Status.FAILED, sandbox_tokens.DECLINED)
    assert order.status == Order.Status.AWAITING_PAYMENT
    good = pay(order)
    assert (good.attempt, good.status) == (2, Status.CAPTURED)
    assert SandboxCharge.objects.filter(status="succeeded").count() == 1


def test_asking_twice_for_an_open_payment_charges_once():
    order = place()
    first, second = pay(order, "tok_3ds"), pay(order, "tok_3ds")
    assert first.pk == second.pk and second.redirect_url
    assert SandboxCharge.objects.count() == 1


def test_a_buyer_who_lost_the_way_back_may_pay_anew_after_a_decline():
    order = place()
    first = pay(order, token=None)
    sandbox_provider.pay(charge_id=first.provider_reference, token="tok_declined")
    second = pay(order, token=None)
    assert (second.attempt, second.status) == (2, Status.REQUIRES_ACTION)
    assert second.redirect_url != first.redirect_url


def test_an_order_cancelled_while_the_provider_was_asked_of_the_last_attempt_is_not_charged(monkeypatch):
    order = place()
    declined = pay(order, token=None)
    sandbox_provider.pay(charge_id=declined.provider_reference, token="tok_declined")
    fetch = port.gateway("sandbox").fetch

    def slowly(payment: Payment):
        """Meanwhile another tab begins the next attempt, and the buyer thinks better of it all."""
        Payment.intent(order, attempt=2, now=NOW).save()
        cancel_order(order=order, reason=CancelReason.BY_BUYER, now=NOW)
        return fetch(payment)

    monkeypatch.setattr(type(port.gateway("sandbox")), "fetch", lambda _, payment: slowly(payment))
    with pytest.raises(NotPayable):
        pay(order)
    assert SandboxCharge.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_charge():
    order = place()

    def click(_: int) -> str:
        try:
            return pay(order).status
        except NotPayable:
            return "paid"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(click, range(4)))
    assert answers <= {Status.CAPTURED, "paid"}
    assert SandboxCharge.objects.filter(status="succeeded").count() == 1
    assert events("OrderPaid") == 1


def test_a_charge_whose_answer_never_came_is_found_by_the_reconciler():
    order = place()
    payment = pay(order, "tok_timeout")
    order.refresh_from_db()
    assert (payment.status, order.status) == (Status.PENDING, Order.Status.AWAITING_PAYMENT)
    assert reconcile_payments(now=NOW + timedelta(seconds=30)) == 0
    assert reconcile_payments(now=NOW + timedelta(seconds=90)) == 1
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert SandboxCharge.objects.count() == 1


def test_a_buyer_who_tries_again_after_the_lost_answer_is_not_charged_twice():
    order = place()
    pay(order, "tok_timeout")
    assert pay(order, "tok_ok").status == Status.CAPTURED
    assert SandboxCharge.objects.count() == 1


def test_an_attempt_the_provider_never_heard_of_is_given_up_after_ten_minutes():
    order = place()
    payment = order.payments.get()
    assert refresh_payment(payment=payment, now=NOW + timedelta(minutes=9)).is_open
    assert refresh_payment(payment=payment, now=NOW + timedelta(minutes=11)).status == Status.FAILED


def test_money_for_a_cancelled_order_is_given_back():
    order = place()
    payment = pay(order, token=None)
    cancel_order(order=order, reason=CancelReason.UNPAID, now=NOW)
    sandbox_provider.pay(charge_id=payment.provider_reference, token="tok_ok")
    by_webhook(order)
    payment.refresh_from_db()
    assert payment.status == Status.REFUND_DUE
    settle_refund(refund_id=Refund.objects.get().pk, now=NOW)
    settle_refund(refund_id=Refund.objects.get().pk, now=NOW)
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.status, order.status) == (Status.REFUNDED, Order.Status.CANCELLED)
    assert (events("OrderPaid"), events("PaymentRefunded")) == (0, 1)
    assert [r.amount for r in SandboxRefund.objects.all()] == [order.total]
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == 10


def test_a_second_capture_of_the_same_order_is_given_back():
    order = place()
    declined = pay(order, "tok_declined")
    pay(order)
    late = port.Outcome(status=Status.CAPTURED, reference=declined.provider_reference)
    assert apply_outcome(payment_id=declined.pk, outcome=late, now=NOW)
    assert Payment.objects.get(pk=declined.pk).status == Status.REFUND_DUE
    assert events("OrderPaid") == 1


def test_a_refund_without_an_answer_is_asked_for_again(monkeypatch):
    order = place()
    payment = pay(order, token=None)
    cancel_order(order=order, reason=CancelReason.UNPAID, now=NOW)
    sandbox_provider.pay(charge_id=payment.provider_reference, token="tok_ok")
    by_webhook(order)
    asked = sandbox_provider.refund

    def refund_then_hang_up(**request):
        asked(**request)
        raise port.GatewayUnavailable("no answer")

    monkeypatch.setattr(sandbox_provider, "refund", refund_then_hang_up)
    assert reconcile_refunds(now=NOW + timedelta(minutes=2)) == 0
    monkeypatch.undo()
    assert reconcile_refunds(now=NOW + timedelta(minutes=3)) == 1
    assert SandboxRefund.objects.count() == 1


def test_a_paid_order_cannot_be_paid_again():
    order = place()
    pay(order)
    with pytest.raises(NotPayable, match="already paid"):
        pay(order)


def test_a_free_order_is_paid_without_asking_a_provider():
    order = place(physical=False, digital=True, discount=500, total=0)
    assert pay(order, token=None).status == Status.CAPTURED
    assert SandboxCharge.objects.count() == 0


def test_the_provider_is_never_called_inside_a_transaction():
    order = place()
    with pytest.raises(RuntimeError), transaction.atomic():
        pay(order)
    assert SandboxCharge.objects.count() == 0


def test_a_wrong_token_fails_the_attempt_and_says_so():
    order = place()
    payment = pay(order, "tok_made_up")
    assert payment.status == Status.FAILED and payment.failure


def test_a_failure_that_comes_after_the_capture_changes_nothing():
    order = place()
    payment = pay(order)
    late = port.Outcome(status=Status.FAILED, failure="declined")
    assert not apply_outcome(payment_id=payment.pk, outcome=late, now=NOW)
    assert Order.objects.get().status == Order.Status.PAID


@pytest.mark.django_db(transaction=True)
def test_of_many_refunds_at_once_one_gives_the_money_back():
    order = place()
    pay(order)

    def give_back(_: int) -> int:
        try:
            return refund_order(order=order, reason="twice clicked", now=NOW).amount
        except (NothingToRefund, RefundTooLarge):
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(give_back, range(4))) == order.total
    assert SandboxCharge.objects.get().refunded == order.total
    assert Payment.objects.get().status == Status.REFUNDED
