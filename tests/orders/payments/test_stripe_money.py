"""Stripe end to end through its own SDK, against a peer with a ledger: captures, voids, late refusals, disputes."""

import json
from datetime import timedelta

import pytest
import stripe

from orders.models import Order, OrderNote, Payment, Refund
from orders.payments import stripe_client
from orders.proofs.provider import SECRET_KEY, Ledger, Peer
from orders.proofs.provider.peer import DECLINED, pay_session
from orders.services.capture_payment import capture_payment, void_payment
from orders.services.pay_order import reconcile_payments, start_payment
from orders.services.refund_order import reconcile_refunds, refund_order
from shopcloud.lib import clock
from shopcloud.lib.resilience import breaker
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db
SECRET = "whsec_new"
CARD = "pm_card_visa"


@pytest.fixture
def peer(settings, tmp_path):
    settings.PAYMENT_GATEWAY = "stripe"
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET, "whsec_old"]
    breaker("stripe").close()
    with Peer(Ledger(tmp_path / "ledger").create()) as peer:
        settings.STRIPE_API_BASE = peer.url
        yield peer
    breaker("stripe").close()


def pay(token: str | None = CARD, *, manual: bool = False) -> tuple[Order, Payment]:
    order = place()
    order.payments.update(gateway="stripe", manual_capture=manual)
    return order, start_payment(order=order, return_url=RETURN_URL, token=token, now=clock.now())


def told(client, kind: str, subject: dict, event_id: str = "evt_1"):
    body = json.dumps({"id": event_id, "object": "event", "type": kind, "data": {"object": subject}})
    signature = stripe.WebhookSignature.generate_signature_header(body, SECRET)
    url = "/payments/webhooks/stripe/"
    return client.post(url, body, content_type="application/json", headers={"Stripe-Signature": signature})


def test_an_authorised_card_is_captured_in_part(peer):
    order, payment = pay(manual=True)
    assert payment.status == Payment.Status.AUTHORISED
    assert capture_payment(payment=payment, amount=1000, now=clock.now()).captured == 1000
    assert [(c.order, c.amount) for c in peer.ledger.charges()] == [(order.number, 1000)]
    order.refresh_from_db()
    assert order.payment_status == "paid"


def test_an_authorised_card_is_let_go(peer):
    _order, payment = pay(manual=True)
    assert void_payment(payment=payment, now=clock.now()).status == Payment.Status.VOIDED
    assert [intent["status"] for intent in peer.ledger.all("payment_intent")] == ["canceled"]


def test_a_capture_of_what_the_bank_let_go_is_found_out(peer, guest):
    order, payment = pay(manual=True)
    peer.ledger.change(payment.provider_reference, status="canceled")
    assert capture_payment(payment=payment, now=clock.now()).status == Payment.Status.VOIDED
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("awaiting_payment", "unpaid")


def test_a_page_paid_for_manual_capture_is_authorised_by_poll_and_by_event(peer, guest):
    _order, payment = pay(None, manual=True)
    session = pay_session(peer.ledger, payment.provider_reference)
    assert told(guest, "checkout.session.completed", session).status_code == 200
    payment.refresh_from_db()
    assert payment.status == Payment.Status.PENDING
    intent = peer.ledger.get(session["payment_intent"])
    assert told(guest, "payment_intent.amount_capturable_updated", intent, "evt_2").status_code == 200
    payment.refresh_from_db()
    assert payment.status == Payment.Status.AUTHORISED
    Payment.objects.update(status="pending", provider_reference=session["id"])
    Order.objects.update(payment_status="unpaid")
    assert reconcile_payments(now=clock.now() + timedelta(minutes=2)) == 1
    payment.refresh_from_db()
    assert (payment.status, payment.provider_reference) == (Payment.Status.AUTHORISED, intent["id"])
    assert capture_payment(payment=payment, now=clock.now()).status == Payment.Status.CAPTURED
    assert len(peer.ledger.charges()) == 1


def test_a_paid_page_is_refunded_by_its_intent(peer):
    order, payment = pay(None)
    session = pay_session(peer.ledger, payment.provider_reference)
    reconcile_payments(now=clock.now() + timedelta(minutes=2))
    payment.refresh_from_db()
    assert payment.provider_reference == session["payment_intent"]
    assert refund_order(order=order, amount=500, reason="goodwill", now=clock.now()).status == "succeeded"
    assert [c.refunded for c in peer.ledger.charges()] == [500]


def test_a_declined_card_may_be_followed_by_a_good_one(peer):
    order, payment = pay(DECLINED)
    assert (payment.status, payment.failure) == (Payment.Status.FAILED, "Your card was declined.")
    assert start_payment(order=order, return_url=RETURN_URL, token=CARD, now=clock.now()).status == "captured"
    assert len(peer.ledger.charges()) == 1


def test_two_equal_requests_with_a_declined_card_are_one_attempt(peer):
    order, _payment = pay(DECLINED)
    again = start_payment(order=order, return_url=RETURN_URL, token=CARD, now=clock.now(), attempt=1)
    assert (again.attempt, again.status) == (1, Payment.Status.FAILED)
    assert peer.ledger.charges() == [] and order.payments.count() == 1


def test_the_same_key_with_another_request_is_not_believed_to_have_failed(peer):
    _order, payment = pay(manual=True)
    Payment.objects.update(status="created", provider_reference="", manual_capture=False)
    Order.objects.update(payment_status="unpaid")
    again = start_payment(order=payment.order, return_url=RETURN_URL, token=CARD, now=clock.now())
    assert again.status == Payment.Status.PENDING


@pytest.mark.parametrize("kind", ["refund.failed", "charge.refund.updated"])
def test_a_refund_that_fails_days_later_is_owed_again(peer, guest, kind):
    order, payment = pay()
    refund = refund_order(order=order, reason="goodwill", now=clock.now())
    order.refresh_from_db()
    assert (refund.status, order.payment_status) == ("succeeded", "refunded")
    failed = peer.ledger.change(refund.provider_reference, status="failed")
    assert told(guest, kind, failed).status_code == 200
    refund.refresh_from_db()
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (refund.status, payment.status, payment.refunded) == ("failed", "captured", 0)
    assert order.payment_status == "paid"


def test_a_refund_on_its_way_is_looked_up_until_it_arrives(peer):
    order, _payment = pay()
    refund = refund_order(order=order, amount=700, reason="goodwill", now=clock.now())
    Refund.objects.update(status="created", settled_at=None)
    peer.ledger.change(refund.provider_reference, status="pending")
    assert reconcile_refunds(now=clock.now() + timedelta(minutes=2)) == 0
    peer.ledger.change(refund.provider_reference, status="succeeded")
    assert reconcile_refunds(now=clock.now() + timedelta(minutes=3)) == 1
    assert [c.refunded for c in peer.ledger.charges()] == [700]


def test_a_refund_asked_for_yesterday_is_not_made_twice(peer):
    """Stripe has forgotten the key by now; what it made is found by our own number."""
    order, _payment = pay()
    refund = refund_order(order=order, amount=700, reason="goodwill", now=clock.now())
    yesterday = clock.now() - timedelta(days=2)
    Refund.objects.update(status="created", settled_at=None, provider_reference="", created_at=yesterday)
    assert reconcile_refunds(now=clock.now()) == 1
    refund.refresh_from_db()
    assert refund.status == "succeeded" and len(peer.ledger.all("refund")) == 1


def test_a_dispute_is_told_on_the_timeline_once(peer, guest):
    order, payment = pay()
    dispute = {"object": "dispute", "id": "dp_1", "payment_intent": payment.provider_reference, "charge": "ch_1"}
    for _ in range(2):
        assert told(guest, "charge.dispute.created", dispute).status_code == 200
    assert told(guest, "charge.dispute.closed", dispute, "evt_2").status_code == 200
    notes = OrderNote.objects.filter(order=order, text__contains="isput")
    assert [note.for_customer for note in notes] == [False, False]


@pytest.mark.parametrize("subject", [{"metadata": {"payment_id": "999999"}}, {"metadata": {"refund_id": "x"}}, {}])
@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "refund.failed", "charge.dispute.created"])
def test_events_about_nothing_of_ours_are_taken_and_change_nothing(peer, guest, kind, subject):
    order, _payment = pay(manual=True)
    stranger = {"object": "x", "id": "x_1", "status": "succeeded", "payment_intent": "pi_x", **subject}
    assert told(guest, kind, stranger).status_code == 200
    order.refresh_from_db()
    assert order.payment_status == "authorised"


def test_the_version_is_pinned_and_nothing_is_tried_twice_by_itself():
    client = stripe_client.client()
    assert stripe_client.API_VERSION.startswith("20")
    assert client._requestor._options.max_network_retries == 0
