"""Stripe behind the port, against a peer on loopback that gives Stripe's documented answers."""

import json
from datetime import timedelta

import pytest
import stripe

from orders.models import Order, Payment, Refund
from orders.payments import gateway as port
from orders.payments import stripe_client
from orders.payments.gateway import BadWebhook
from orders.services.pay_order import reconcile_payments, start_payment
from orders.services.refund_order import refund_order
from shopcloud.lib import clock
from shopcloud.lib.resilience import breaker
from tests.orders.payments import stripe_peer
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db
SESSIONS, INTENTS, REFUNDS = "/v1/checkout/sessions", "/v1/payment_intents", "/v1/refunds"
SESSION = {
    "object": "checkout.session",
    "id": "cs_test_1",
    "status": "open",
    "payment_status": "unpaid",
    "url": "https://checkout.stripe.com/c/pay/cs_test_1",
    "payment_intent": None,
}
PAID_SESSION = {**SESSION, "status": "complete", "payment_status": "paid", "payment_intent": "pi_1", "url": None}
INTENT = {"object": "payment_intent", "id": "pi_1", "status": "succeeded", "next_action": None}


@pytest.fixture
def peer(settings):
    peer = stripe_peer.start()
    settings.PAYMENT_GATEWAY = "stripe"
    settings.STRIPE_SECRET_KEY = "sk_test_" + "x" * 8
    settings.STRIPE_API_BASE = peer.url
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]
    breaker("stripe").close()
    yield peer
    stripe_peer.stop(peer)
    breaker("stripe").close()


@pytest.fixture
def order(peer) -> Order:
    order = place(language="de")
    order.payments.update(gateway="stripe")
    return order


def pay(order: Order, token: str | None = None) -> Payment:
    return start_payment(order=order, return_url=RETURN_URL, token=token, now=NOW)


def test_without_a_token_the_buyer_is_sent_to_checkout(peer, order):
    peer.answer("POST", SESSIONS, SESSION)
    payment = pay(order)
    assert (payment.status, payment.redirect_url) == (Payment.Status.REQUIRES_ACTION, SESSION["url"])
    asked = peer.asked[0]
    assert asked.headers["Idempotency-Key"] == f"{order.number}-attempt-1"
    assert asked.headers["Stripe-Version"] == stripe_client.API_VERSION
    assert asked.form["line_items[0][price_data][unit_amount]"] == str(order.total)
    assert asked.form["line_items[0][price_data][currency]"] == "usd"
    assert asked.form["metadata[payment_id]"] == str(payment.pk)
    assert asked.form["locale"] == "de"
    assert asked.form["success_url"] == RETURN_URL


def test_a_second_try_of_the_same_attempt_sends_the_same_request(peer, order):
    peer.answer("POST", SESSIONS, {"error": {"type": "api_error", "message": "oops"}}, status=500)
    assert pay(order).status == Payment.Status.PENDING
    peer.answer("POST", SESSIONS, SESSION)
    start_payment(order=order, return_url=RETURN_URL, now=NOW + timedelta(minutes=5))
    first, second = peer.asked
    assert first.form == second.form
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_a_payment_method_is_charged_at_once(peer, order):
    peer.answer("POST", INTENTS, INTENT)
    assert pay(order, "pm_card_visa").status == Payment.Status.CAPTURED
    form = peer.asked[0].form
    assert (form["amount"], form["payment_method"], form["confirm"]) == (str(order.total), "pm_card_visa", "true")
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_a_declined_card_says_why_and_the_next_attempt_has_its_own_key(peer, order):
    error = {
        "type": "card_error",
        "code": "card_declined",
        "message": "Your card has insufficient funds.",
        "payment_intent": {**INTENT, "status": "requires_payment_method"},
    }
    peer.answer("POST", INTENTS, {"error": error}, status=402)
    payment = pay(order, "pm_card_declined")
    assert (payment.status, payment.failure) == (Payment.Status.FAILED, "Your card has insufficient funds.")
    assert payment.provider_reference == "pi_1"
    peer.answer("POST", INTENTS, {**INTENT, "id": "pi_2"})
    assert pay(order, "pm_card_visa").status == Payment.Status.CAPTURED
    keys = [asked.headers["Idempotency-Key"] for asked in peer.asked]
    assert keys == [f"{order.number}-attempt-1", f"{order.number}-attempt-2"]


def test_a_bank_that_asks_sends_the_buyer_to_its_page(peer, order):
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": "https://hooks.stripe.com/3ds", "return_url": "x"}}
    peer.answer("POST", INTENTS, {**INTENT, "status": "requires_action", "next_action": action})
    payment = pay(order, "pm_card_3ds")
    assert (payment.status, payment.redirect_url) == (Payment.Status.REQUIRES_ACTION, "https://hooks.stripe.com/3ds")


def test_a_silent_stripe_leaves_the_payment_pending_and_is_left_alone_after_a_while(peer, order, monkeypatch):
    monkeypatch.setattr(stripe_client, "READ_SECONDS", 0.1)
    stripe_client._client.cache_clear()
    peer.hang = True
    for _ in range(7):
        assert pay(order, "pm_card_visa").status == Payment.Status.PENDING
    stripe_client._client.cache_clear()
    assert len(peer.asked) == 5
    order.refresh_from_db()
    assert order.status == Order.Status.AWAITING_PAYMENT


def test_an_intent_whose_answer_was_lost_is_found_by_its_attempt(peer, order):
    peer.answer("POST", INTENTS, {"error": {"type": "api_error", "message": "oops"}}, status=500)
    pay(order, "pm_card_visa")
    peer.answer("GET", f"{INTENTS}/search", {"object": "search_result", "data": [INTENT], "has_more": False})
    assert reconcile_payments(now=NOW + timedelta(minutes=2)) == 1
    assert peer.asked[-1].form["query"] == f"metadata['attempt']:'{order.number}-attempt-1'"
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_the_poll_reads_the_session(peer, order):
    peer.answer("POST", SESSIONS, SESSION)
    pay(order)
    peer.answer("GET", f"{SESSIONS}/cs_test_1", PAID_SESSION)
    assert reconcile_payments(now=NOW + timedelta(minutes=2)) == 1
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_a_refund_goes_to_the_sessions_intent_once(peer, order):
    peer.answer("POST", SESSIONS, SESSION)
    pay(order)
    peer.answer("GET", f"{SESSIONS}/cs_test_1", PAID_SESSION)
    reconcile_payments(now=NOW + timedelta(minutes=2))
    peer.answer("POST", REFUNDS, {"object": "refund", "id": "re_1", "status": "succeeded"})
    refund = refund_order(order=order, reason="goodwill", amount=1000, now=clock.now())
    assert refund.status == Refund.Status.SUCCEEDED
    asked = peer.asked[-1]
    assert (asked.form["payment_intent"], asked.form["amount"]) == ("pi_1", "1000")
    assert asked.headers["Idempotency-Key"] == f"{order.number}-attempt-1-refund-{refund.pk}"


def test_a_refused_refund_frees_what_it_had_promised(peer, order):
    peer.answer("POST", INTENTS, INTENT)
    payment = pay(order, "pm_card_visa")
    peer.answer("POST", REFUNDS, {"error": {"type": "invalid_request_error", "message": "Disputed."}}, status=400)
    refund = refund_order(order=order, reason="goodwill", now=clock.now())
    payment.refresh_from_db()
    assert (refund.status, refund.failure, payment.refunded) == (Refund.Status.FAILED, "Disputed.", 0)


def event(kind: str, subject: dict, payment: Payment | None) -> bytes:
    metadata = {"payment_id": str(payment.pk)} if payment else {}
    return json.dumps(
        {"id": "evt_1", "object": "event", "type": kind, "data": {"object": {**subject, "metadata": metadata}}}
    ).encode()


def send(client, body: bytes, secret: str, at: int | None = None):
    signature = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, at)
    headers = {"Stripe-Signature": signature}
    return client.post("/payments/webhooks/stripe/", body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_a_webhook_signed_with_any_live_secret_pays_the_order(peer, order, guest, secret):
    peer.answer("POST", SESSIONS, SESSION)
    body = event("checkout.session.completed", PAID_SESSION, pay(order))
    assert send(guest, body, secret).status_code == 200
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_a_retired_secret_and_an_old_timestamp_are_refused(peer, order, guest):
    peer.answer("POST", SESSIONS, SESSION)
    body = event("checkout.session.completed", PAID_SESSION, pay(order))
    assert send(guest, body, "whsec_retired").status_code == 400
    assert send(guest, body, "whsec_new", int(clock.now().timestamp()) - 301).status_code == 400
    order.refresh_from_db()
    assert order.status == Order.Status.AWAITING_PAYMENT


def test_a_card_refused_on_checkouts_page_does_not_end_the_attempt(peer, order, guest):
    peer.answer("POST", SESSIONS, SESSION)
    payment = pay(order)
    refused = {**INTENT, "status": "requires_payment_method"}
    assert send(guest, event("payment_intent.payment_failed", refused, None), "whsec_new").status_code == 200
    payment.refresh_from_db()
    assert payment.is_open


@pytest.mark.parametrize(
    ("kind", "subject", "status"),
    [
        ("checkout.session.expired", {**SESSION, "status": "expired"}, "failed"),
        ("checkout.session.completed", {**PAID_SESSION, "payment_status": "unpaid"}, "pending"),
        ("checkout.session.async_payment_failed", {**PAID_SESSION, "payment_status": "unpaid"}, "failed"),
        ("payment_intent.canceled", {**INTENT, "status": "canceled"}, "failed"),
        ("payment_intent.processing", {**INTENT, "status": "processing"}, "pending"),
        ("customer.created", {"id": "cus_1"}, "requires_action"),
    ],
)
def test_each_kind_of_event_has_its_meaning(peer, order, guest, kind, subject, status):
    peer.answer("POST", SESSIONS, SESSION)
    payment = pay(order)
    assert send(guest, event(kind, subject, payment), "whsec_new").status_code == 200
    payment.refresh_from_db()
    assert payment.status == status


def test_without_a_secret_no_webhook_is_believed(settings):
    settings.STRIPE_WEBHOOK_SECRETS = []
    with pytest.raises(BadWebhook):
        port.gateway("stripe").parse_webhook({"Stripe-Signature": "t=1,v1=00"}, b"{}", NOW)


def test_without_a_key_the_attempt_fails_instead_of_hanging(peer, order, settings):
    settings.STRIPE_SECRET_KEY = ""
    assert pay(order).status == Payment.Status.FAILED
    assert peer.asked == []
