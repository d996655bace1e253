"""The built-in provider keeps a provider's promises: on its page, in its ledger and in what it signs."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from orders.models import Order, Payment, SandboxCharge, WebhookEvent
from orders.payments import gateway as port
from orders.payments import sandbox_delivery, sandbox_events, sandbox_provider, signatures
from orders.payments.returning import return_path
from orders.payments.sandbox_provider import BadRequest, ChargeRequest
from orders.services.pay_order import start_payment
from shopcloud.lib import clock
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db
URL = "/payments/webhooks/sandbox/"


def open_charge(order: Order, token: str | None = None) -> SandboxCharge:
    return SandboxCharge.objects.get(
        pk=start_payment(order=order, return_url=RETURN_URL, token=token, now=clock.now()).provider_reference
    )


def post(client: Client, charge: SandboxCharge, **data: str):
    return client.post(f"/sandbox-pay/{charge.pk}/", data, headers={"Sec-Fetch-Site": "same-origin"})


def send(client: Client, body: bytes, headers: dict[str, str], url: str = URL):
    return client.post(url, body, content_type="application/json", headers=headers)


def test_the_page_names_the_amount_and_has_no_field_for_a_card_number(guest):
    page = guest.get(f"/sandbox-pay/{open_charge(place()).pk}/")
    text = page.content.decode()
    assert page.status_code == 200 and "$30.88" in text and "Sandbox payment provider" in text
    assert 'type="radio"' in text and 'type="text"' not in text
    assert "no-store" in page["Cache-Control"]


def test_paying_on_the_page_sends_the_buyer_back_to_the_shop(guest):
    charge = open_charge(place())
    answer = post(guest, charge, action="pay", card="visa")
    assert (answer.status_code, answer["Location"]) == (302, RETURN_URL)
    charge.refresh_from_db()
    assert charge.status == "succeeded"


@pytest.mark.parametrize(("language", "page"), [("en", "/orders/"), ("de", "/de/orders/")])
def test_the_return_shows_the_order_in_its_language_and_is_never_kept(guest, language, page):
    order = place(language=language)
    post(guest, open_charge(order), action="pay", card="visa")
    answer = guest.get(return_path(order.number))
    assert answer["Location"] == f"{page}{order.number}/"
    assert "no-store" in answer["Cache-Control"]
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_the_page_may_lead_back_to_the_shop_the_buyer_came_from(guest):
    policy = guest.get(f"/sandbox-pay/{open_charge(place()).pk}/")["Content-Security-Policy"]
    rule = next(part.split() for part in policy.split(";") if part.strip().startswith("form-action"))
    assert "http://localhost:8000" in rule


def test_a_challenge_is_asked_before_the_money_moves(guest):
    charge = open_charge(place())
    assert post(guest, charge, action="pay", card="challenge")["Location"] == f"/sandbox-pay/{charge.pk}/"
    assert "3-D Secure" in guest.get(f"/sandbox-pay/{charge.pk}/").content.decode()
    assert post(guest, charge, action="approve")["Location"] == RETURN_URL
    charge.refresh_from_db()
    assert charge.status == "succeeded"


def test_a_refused_challenge_declines_the_payment(guest):
    charge = open_charge(place(), token="tok_3ds")
    post(guest, charge, action="refuse")
    charge.refresh_from_db()
    assert (charge.status, charge.failure) == ("declined", sandbox_provider.CHALLENGE_FAILED)


def test_cancelling_fails_the_attempt_with_its_reason(guest):
    order = place()
    charge = open_charge(order)
    post(guest, charge, action="cancel")
    guest.get(return_path(order.number))
    payment = Payment.objects.get()
    assert (payment.status, payment.failure) == (Payment.Status.FAILED, sandbox_provider.CANCELLED)


def test_a_settled_charge_keeps_its_state(guest):
    charge = open_charge(place())
    post(guest, charge, action="pay", card="visa")
    assert post(guest, charge, action="cancel")["Location"] == RETURN_URL
    charge.refresh_from_db()
    assert charge.status == "succeeded"


@pytest.mark.parametrize("data", [{}, {"action": "pay", "card": "4242424242424242"}, {"action": "steal"}])
def test_a_choice_the_page_does_not_offer_is_refused(guest, data):
    charge = open_charge(place())
    assert post(guest, charge, **data).status_code == 400
    charge.refresh_from_db()
    assert charge.status == "open"


def test_the_page_speaks_the_buyers_language(guest):
    charge = open_charge(place(language="de"))
    url = Payment.objects.get().redirect_url
    assert url == f"http://localhost:8000/sandbox-pay/{charge.pk}/?language=de"
    assert "Testkarte wählen" in guest.get(url).content.decode()
    assert "Choose a test card" in guest.get(f"/sandbox-pay/{charge.pk}/?language=../../x").content.decode()


def test_a_number_alone_does_not_tell_whether_there_is_such_an_order(guest):
    order, other = place(), return_path("SC-TEST0002").split("/")[-2]
    for path in (f"{order.number}/", f"{order.number}/{other}/", f"SC-NOTHING1/{other}/"):
        assert guest.get(f"/payments/return/{path}").status_code == 404


def test_an_unknown_charge_is_not_found(guest):
    assert guest.get("/sandbox-pay/nothing-here/").status_code == 404


def test_the_same_key_never_charges_twice():
    request = ChargeRequest(
        idempotency_key="k",
        merchant_reference="1",
        amount=500,
        currency="USD",
        return_url=RETURN_URL,
        token="tok_ok",
    )
    first = sandbox_provider.create_charge(request, now=NOW)
    again = sandbox_provider.create_charge(request, now=NOW)
    assert first.pk == again.pk
    sandbox_provider.refund(idempotency_key="r", merchant_reference="1", charge_id=first.pk, amount=300, now=NOW)
    sandbox_provider.refund(idempotency_key="r", merchant_reference="1", charge_id=first.pk, amount=300, now=NOW)
    with pytest.raises(BadRequest, match="More would be given back"):
        sandbox_provider.refund(idempotency_key="r2", merchant_reference="2", charge_id=first.pk, amount=201, now=NOW)


def test_a_signed_webhook_pays_the_order_and_its_repetition_does_nothing(guest):
    order = place()
    charge = open_charge(order)
    charge = sandbox_provider.pay(charge_id=charge.pk, token="tok_ok")
    body, headers = sandbox_events.signed_event(charge, now=clock.now())
    assert [send(guest, body, headers).status_code for _ in range(3)] == [200, 200, 200]
    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert WebhookEvent.objects.count() == 1


@pytest.mark.parametrize(
    "header",
    ["", "t=1,v1=00", "v1=00", "t=,v1=", "t=9999999999999999999,v1=aa", "t=1;v1=é", "nonsense"],
)
def test_an_unsigned_or_forged_webhook_is_refused(guest, header):
    order = place()
    charge = sandbox_provider.pay(charge_id=open_charge(order).pk, token="tok_ok")
    body, _ = sandbox_events.signed_event(charge, now=clock.now())
    assert send(guest, body, {"Sandbox-Signature": header}).status_code == 400
    order.refresh_from_db()
    assert order.status == Order.Status.AWAITING_PAYMENT
    assert not WebhookEvent.objects.exists()


def test_a_signature_covers_the_body(guest):
    charge = sandbox_provider.pay(charge_id=open_charge(place()).pk, token="tok_declined")
    body, headers = sandbox_events.signed_event(charge, now=clock.now())
    assert send(guest, body.replace(b"declined", b"succeeded"), headers).status_code == 400


def test_an_old_webhook_is_refused_and_a_fresh_one_taken(guest):
    charge = sandbox_provider.pay(charge_id=open_charge(place()).pk, token="tok_ok")
    body, old = sandbox_events.signed_event(charge, now=clock.now() - timedelta(minutes=6))
    assert send(guest, body, old).status_code == 400
    body, fresh = sandbox_events.signed_event(charge, now=clock.now() - timedelta(minutes=4))
    assert send(guest, body, fresh).status_code == 200


def test_a_webhook_is_bounded_posted_and_addressed_to_a_gateway(guest):
    assert send(guest, b"x" * 300_000, {}).status_code == 413
    assert guest.get(URL).status_code == 405
    assert send(guest, b"{}", {}, "/payments/webhooks/paypal/").status_code == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"charge": 1}', b"\xff"])
def test_a_signed_body_that_makes_no_sense_is_refused(guest, body):
    signature = signatures.sign(body, secret=sandbox_events.webhook_secrets()[0], now=clock.now())
    assert send(guest, body, {"Sandbox-Signature": signature}).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_the_provider_delivers_its_event_over_http(live_server):
    order = place()
    charge = sandbox_provider.pay(charge_id=open_charge(order).pk, token="tok_ok")
    with override_settings(PUBLIC_URL=live_server.url):
        sandbox_delivery.deliver(charge.pk)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_a_shop_that_is_away_gets_the_event_later():
    charge = sandbox_provider.pay(charge_id=open_charge(place()).pk, token="tok_ok")
    with override_settings(PUBLIC_URL="http://127.0.0.1:9"), pytest.raises(sandbox_delivery.NotDelivered):
        sandbox_delivery.deliver(charge.pk)


def test_without_a_broker_the_buyers_return_settles_the_payment(guest, monkeypatch):
    from kombu.exceptions import OperationalError

    from orders import tasks

    def no_broker(**_):
        raise OperationalError("away")

    monkeypatch.setattr(tasks.deliver_sandbox_webhook, "apply_async", no_broker)
    order = place()
    post(guest, open_charge(order), action="pay", card="visa")
    guest.get(return_path(order.number))
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_gateways_are_chosen_by_name():
    assert port.gateway().name == "sandbox"
    with pytest.raises(port.UnknownGateway, match="sandbox, stripe"):
        port.gateway("paypal")
