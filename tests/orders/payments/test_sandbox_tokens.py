"""Each test token does what the documentation says of it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client, override_settings

from orders.ledgers import money_breaches
from orders.models import Order, Payment, Refund, SandboxCharge
from orders.payments import sandbox_delivery, sandbox_events, signatures
from orders.payments.sandbox_tokens import ON_PAGE, TOKENS
from orders.services.pay_order import reconcile_payments, start_payment
from orders.services.reconcile_money import reconcile_money
from orders.services.refund_order import reconcile_refunds, refund_order
from orders.tasks import deliver_sandbox_webhook
from shopcloud.lib import clock
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=2)


@pytest.fixture
def told(monkeypatch) -> list[tuple[dict, int]]:
    """What the provider would tell, and how late."""
    queued: list[tuple[dict, int]] = []
    monkeypatch.setattr(
        deliver_sandbox_webhook, "apply_async", lambda kwargs, countdown: queued.append((kwargs, countdown))
    )
    return queued


def pay(token: str) -> Order:
    order = place()
    start_payment(order=order, return_url=RETURN_URL, token=token, now=NOW)
    order.refresh_from_db()
    return order


def deliver(told, client: Client) -> list[int]:
    """Every event, the latest last, over the shop's own address."""
    answers = []
    for event, _seconds in sorted(told, key=lambda one: one[1]):
        made = sandbox_delivery._event(event["charge_id"], event["status"], event["refund_id"])
        body, headers = sandbox_events.signed(made, now=clock.now())
        url = "/payments/webhooks/sandbox/"
        answers.append(client.post(url, body, content_type="application/json", headers=headers).status_code)
    return answers


def test_every_token_is_documented():
    documented = (settings.BASE_DIR / "docs" / "sandbox-payments.md").read_text()
    assert [token for token in TOKENS if f"`{token}`" not in documented] == []


@pytest.mark.parametrize(
    ("token", "delays"),
    [
        ("tok_ok", [0]),
        ("tok_declined", [0]),
        ("tok_event_twice", [0, 0, 1]),
        ("tok_event_late", [60]),
        ("tok_event_lost", []),
        ("tok_events_disordered", [0, 1]),
    ],
)
def test_events_come_as_the_token_says_and_count_once(told, guest, token, delays):
    order = pay(token)
    assert [seconds for _event, seconds in told] == delays
    assert deliver(told, guest) == [200] * len(delays)
    order.refresh_from_db()
    assert order.status == (Order.Status.AWAITING_PAYMENT if token == "tok_declined" else Order.Status.PAID)
    assert money_breaches() == []


@pytest.mark.parametrize("token", ["tok_declined", "tok_no_funds"])
def test_a_declined_card_says_why(told, token):
    payment = pay(token).payments.get()
    assert (payment.status, payment.failure) == (Payment.Status.FAILED, TOKENS[token].failure)


def test_a_request_lost_on_its_way_charges_nothing_and_is_given_up(told):
    order = pay("tok_timeout_before")
    assert order.payments.get().status == Payment.Status.PENDING and not SandboxCharge.objects.exists()
    assert reconcile_payments(now=LATER) == 0
    assert reconcile_payments(now=NOW + timedelta(minutes=11)) == 1
    assert order.payments.get().status == Payment.Status.FAILED


def test_a_refused_refund_keeps_the_money_where_it_is(told):
    order = pay("tok_refund_refused")
    refund = refund_order(order=order, reason="goodwill", now=NOW)
    assert (refund.status, order.payments.get().refunded) == (Refund.Status.FAILED, 0)
    order.refresh_from_db()
    assert order.payment_status == "paid"


def test_a_refund_whose_answer_is_lost_is_made_once(told):
    order = pay("tok_refund_timeout")
    assert refund_order(order=order, reason="goodwill", now=NOW).status == Refund.Status.CREATED
    assert reconcile_refunds(now=LATER) == 1
    assert SandboxCharge.objects.get().refunded == order.total
    assert money_breaches() == []


def test_a_refund_that_comes_back_is_owed_again(told, guest):
    order = pay("tok_refund_bounced")
    told.clear()
    refund = refund_order(order=order, amount=500, reason="goodwill", now=NOW)
    assert refund.status == Refund.Status.SUCCEEDED
    order.refresh_from_db()
    assert order.payment_status == "partially_refunded"
    assert deliver(told, guest) == [200] and deliver(told, guest) == [200]
    refund.refresh_from_db()
    order.refresh_from_db()
    payment = order.payments.get()
    assert (refund.status, order.payment_status) == (Refund.Status.FAILED, "paid")
    assert (payment.status, payment.refunded) == (Payment.Status.CAPTURED, 0)
    assert money_breaches() == []


def test_money_that_came_too_late_and_bounces_is_offered_again(told, guest):
    order = pay("tok_refund_bounced")
    late = Payment.objects.get()
    Payment.objects.filter(pk=late.pk).update(status=Payment.Status.REFUND_DUE)
    Order.objects.update(status=Order.Status.CANCELLED, paid_at=None, payment_status="unpaid")
    reconcile_money(now=NOW + timedelta(hours=2))
    assert Refund.objects.count() == 1
    reconcile_money(now=NOW + timedelta(hours=2, minutes=2))
    deliver(told[1:], guest)
    late.refresh_from_db()
    assert (late.status, late.refunded) == (Payment.Status.REFUND_DUE, 0)
    reconcile_money(now=clock.now() + timedelta(hours=2))
    assert Refund.objects.count() == 2
    assert order.payments.get().refunded == late.captured


@pytest.mark.parametrize("token", sorted(ON_PAGE))
def test_every_case_can_be_chosen_on_the_hosted_page(told, guest, token):
    order = place()
    start_payment(order=order, return_url=RETURN_URL, now=NOW)
    charge = SandboxCharge.objects.get()
    answer = guest.post(
        f"/sandbox-pay/{charge.pk}/", {"action": "pay", "card": token}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    charge.refresh_from_db()
    assert (answer.status_code, charge.status) == (302, TOKENS[token].status)


def test_two_secrets_are_live_while_a_key_is_rolled_over(guest):
    order = place()
    start_payment(order=order, return_url=RETURN_URL, now=NOW)
    SandboxCharge.objects.update(status="succeeded", captured=order.total)
    event = sandbox_events.charge_event(SandboxCharge.objects.get())
    with override_settings(SECRET_KEY="the key before"):
        old_body, old_headers = sandbox_events.signed(event, now=clock.now())
    url = "/payments/webhooks/sandbox/"
    assert guest.post(url, old_body, content_type="application/json", headers=old_headers).status_code == 400
    with override_settings(SECRET_KEY_FALLBACKS=["the key before"]):
        assert guest.post(url, old_body, content_type="application/json", headers=old_headers).status_code == 200
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_a_header_with_a_thousand_digests_is_not_worth_a_try():
    body, now = b"{}", clock.now()
    right = signatures.sign(body, secret="s", now=now)
    at, _, digest = right.partition(",")
    stuffed = ",".join([at, *["v1=" + "0" * 64] * 1000, digest])
    with pytest.raises(signatures.BadSignature):
        signatures.verify(stuffed, body, secrets=["s"], now=now)
