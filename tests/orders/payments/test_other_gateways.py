"""A provider is away: the order waits, the buyer may pay another way, and never twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from orders.models import Order, Payment, Refund, SandboxCharge
from orders.payments import gateway as port
from orders.payments import sandbox_events
from orders.services.apply_outcome import apply_outcome
from orders.services.pay_order import NotOffered, start_payment
from orders.services.reconcile_money import reconcile_money
from shopcloud.lib import clock
from shopcloud.lib.resilience import breaker
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def away(settings):
    """Stripe is the shop's first gateway and does not answer; the sandbox is offered beside it."""
    settings.PAYMENT_GATEWAY, settings.PAYMENT_GATEWAYS = "stripe", ["stripe", "sandbox"]
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "sk_test_away", "http://127.0.0.1:9"
    breaker("stripe").close()
    order = place()
    order.payments.update(gateway="stripe")
    yield order
    breaker("stripe").close()


def open_page(client, order: Order) -> str:
    return client.get(f"/orders/{order.number}/?key={order.access_token}", follow=True).content.decode()


def test_the_order_waits_and_its_page_offers_the_other_way(away, guest):
    open_page(guest, away)
    answer = guest.post(f"/orders/{away.number}/payment/", headers=SAME_SITE)
    assert answer["Location"] == f"/orders/{away.number}/"
    away.refresh_from_db()
    assert (away.status, away.payments.get().status) == ("awaiting_payment", "pending")
    html = open_page(guest, away)
    assert 'value="sandbox"' in html and 'value="stripe"' not in html
    answer = guest.post(f"/orders/{away.number}/payment/", {"gateway": "sandbox"}, headers=SAME_SITE)
    assert "/sandbox-pay/" in answer["Location"]
    assert list(away.payments.values_list("attempt", "gateway").order_by("attempt")) == [(1, "stripe"), (2, "sandbox")]


def test_over_rest_the_other_way_is_named(away, guest):
    url, headers = f"/api/v1/orders/{away.number}/payments/", {"X-Order-Key": away.access_token}
    refused = guest.post(url, {"gateway": "cash"}, content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (400, "gateway_not_offered")
    paid = guest.post(
        url, {"gateway": "sandbox", "token": "tok_ok"}, content_type="application/json", headers=headers
    ).json()
    assert (paid["status"], paid["payment_status"], paid["payment"]["status"]) == ("paid", "paid", "captured")


def test_money_that_the_first_provider_took_after_all_is_given_back(away):
    first = away.payments.get()
    start_payment(order=away, return_url=RETURN_URL, token="tok_ok", via="sandbox", now=clock.now())
    # The provider that did not answer had charged the card.
    late = port.Outcome(status=Payment.Status.CAPTURED, reference="pi_late")
    assert apply_outcome(payment_id=first.pk, outcome=late, now=clock.now())
    first.refresh_from_db()
    assert (first.status, Refund.objects.get().amount) == (Payment.Status.REFUND_DUE, away.total)
    assert away.payments.filter(status="captured").get().gateway == "sandbox"


def test_a_gateway_that_is_not_offered_is_refused(away):
    with pytest.raises(NotOffered, match="stripe, sandbox"):
        start_payment(order=away, return_url=RETURN_URL, via="paypal", now=clock.now())
    assert away.payments.count() == 1


def test_one_gateway_needs_no_choice(guest):
    assert 'name="gateway"' not in open_page(guest, place())


def test_the_page_of_an_authorised_order_asks_for_nothing(guest, settings):
    order = place()
    order.payments.update(manual_capture=True)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    html = open_page(guest, order)
    assert "Your payment is authorised" in html and f"/orders/{order.number}/payment/" not in html
    reconcile_money(now=clock.now())
    assert sandbox_events.charge_event(SandboxCharge.objects.get())["type"] == "charge.authorised"


@pytest.mark.django_db(transaction=True)
def test_a_declined_card_sent_six_times_at_once_is_tried_once():
    """Equal requests mean the same attempt, however late one of them looks."""
    order = place()
    start_payment(order=order, return_url=RETURN_URL, token="tok_declined", attempt=1, now=clock.now())
    start = threading.Barrier(6, timeout=20)

    def send(_: int) -> tuple[int, str]:
        try:
            start.wait()
            made = start_payment(order=order, return_url=RETURN_URL, token="tok_declined", attempt=2, now=clock.now())
            return made.attempt, made.status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(send, range(6))) == {(2, Payment.Status.FAILED)}
    assert SandboxCharge.objects.count() == order.payments.count() == 2
