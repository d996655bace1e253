"""Partners are told of what happens to orders: signed, once, for a day, and of nobody's name."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.core import mail

from orders.events import OrderPaid, OrderShipped, PaymentRefunded
from orders.models import PartnerDelivery, PartnerEndpoint
from orders.partners import addresses, call, endpoints, sending, signing
from orders.partners.recording import KINDS, record, tell_paid, tell_refunded, tell_shipped
from shopcloud.wiring import retention
from tests.orders.admin.conftest import staff as staff
from tests.orders.partners.receiver import open_receiver
from tests.orders.payments.sale import NOW, place
from tests.orders.test_race import AT_ONCE, rush

pytestmark = pytest.mark.django_db

NUMBER = "SC-TEST0001"
SUBMITTED = {"_form_submitted": "on"}
PAID = OrderPaid(order_number=NUMBER, payment_id=1)


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    """The test hands deliveries over itself."""
    monkeypatch.setattr("orders.tasks.deliver_to_partner.delay", lambda **_ids: None)


@pytest.fixture
def receiver(monkeypatch):
    """On this machine and without a certificate, which no shop outside of these tests may call."""
    monkeypatch.setattr(addresses, "SCHEMES", frozenset({"http", "https"}))
    monkeypatch.setattr(addresses, "is_public", lambda _address: True)
    with open_receiver() as opened:
        yield opened


def an_endpoint(url: str = "https://partner.example/hooks", kinds=KINDS, **more) -> PartnerEndpoint:
    secret = signing.new_secret()
    return PartnerEndpoint.objects.create(name="Warehouse", url=url, kinds=list(kinds), secret=secret, **more)


def a_delivery(url: str, **more) -> PartnerDelivery:
    an_endpoint(url, **more)
    place()
    record(NUMBER, "order.paid", now=NOW)
    return PartnerDelivery.objects.get()


def tried(delivery: PartnerDelivery, now=NOW) -> PartnerDelivery:
    sending.deliver(delivery_id=delivery.pk, now=now)
    delivery.refresh_from_db()
    return delivery


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the partner checks it, by the specification alone."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return wanted in headers["webhook-signature"].split(" ")


def test_an_event_is_sent_once_signed_and_without_a_name(receiver):
    an_endpoint(receiver.url)
    order = place()
    for _again in range(3):
        tell_paid(PAID)
    delivery = PartnerDelivery.objects.get()
    assert tried(delivery, delivery.due_at).state == "delivered"
    assert not sending.deliver(delivery_id=delivery.pk, now=NOW + timedelta(days=30))
    ((headers, body),) = receiver.heard
    assert is_signed(delivery.endpoint.secret, headers, body) and headers["webhook-id"] == delivery.message_id
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert told["type"] == "order.paid"
    assert told["data"] == {
        "order": NUMBER,
        "status": "awaiting_payment",
        "fulfilment_status": "unfulfilled",
        "total": {"amount": order.total, "currency": "USD"},
    }
    assert b"mara" not in body.lower() and b"Lange" not in body


def test_what_an_endpoint_did_not_ask_for_is_not_sent():
    an_endpoint(kinds=["order.refunded"])
    an_endpoint(is_active=False)
    place()
    tell_paid(PAID)
    tell_refunded(PaymentRefunded(order_number=NUMBER, refund_id=7, amount=500, currency="USD"))
    (delivery,) = PartnerDelivery.objects.all()
    assert delivery.kind == "order.refunded"
    assert delivery.payload["data"]["refunded"] == {"amount": 500, "currency": "USD"}


def test_two_parcels_are_two_messages_to_each_of_two_partners():
    an_endpoint(), an_endpoint()
    place()
    for parcel in (1, 2, 2):
        tell_shipped(OrderShipped(order_number=NUMBER, fulfilment_id=parcel))
    assert PartnerDelivery.objects.count() == 4
    assert len({one.message_id for one in PartnerDelivery.objects.all()}) == 4


def test_a_partner_that_fails_and_recovers_gets_it_later_under_the_same_id(receiver):
    delivery = a_delivery(receiver.url)
    receiver.status, receiver.body = 500, b"database is down"
    assert tried(delivery).state == "waiting"
    assert (delivery.last_status, delivery.response_excerpt) == (500, "database is down")
    assert NOW + timedelta(seconds=24) <= delivery.due_at <= NOW + timedelta(seconds=36)
    assert tried(delivery, NOW + timedelta(seconds=20)).attempts == 1
    assert PartnerEndpoint.objects.get().failing_since == NOW
    receiver.status = 200
    assert tried(delivery, NOW + timedelta(seconds=40)).state == "delivered"
    assert delivery.attempts == 2 and PartnerEndpoint.objects.get().failing_since is None
    first, second = (headers for headers, _body in receiver.heard)
    assert first["webhook-id"] == second["webhook-id"]
    assert first["webhook-timestamp"] != second["webhook-timestamp"]


def test_pauses_double_up_to_hours_and_never_fall_together():
    for attempts, seconds in ((1, 30), (2, 60), (5, 480), (30, 14_400)):
        found = {sending.pause_after(attempts).total_seconds() for _time in range(50)}
        assert 0.8 * seconds <= min(found) < max(found) <= 1.2 * seconds
        assert len(found) > 40


def test_it_is_tried_for_a_day_and_then_given_up(receiver):
    delivery, now = a_delivery(receiver.url), NOW
    receiver.status = 503
    while delivery.due_at is not None:
        now = delivery.due_at
        tried(delivery, now)
    assert delivery.state == "failed"
    assert timedelta(hours=19) < now - NOW <= timedelta(hours=24)
    assert 10 <= delivery.attempts <= 20


def test_one_that_does_not_answer_in_time_is_tried_again(receiver, monkeypatch):
    monkeypatch.setattr(call, "READ_SECONDS", 0.2)
    delivery = a_delivery(receiver.url)
    receiver.seconds = 0.6
    assert tried(delivery).state == "waiting"
    assert "ReadTimeout" in delivery.last_error


def test_nobody_listening_is_tried_again(receiver):
    delivery = a_delivery("http://127.0.0.1:9/")
    assert tried(delivery).state == "waiting" and delivery.last_status is None


def test_a_redirect_is_not_followed(receiver):
    delivery = a_delivery(receiver.url)
    receiver.status, receiver.location = 302, receiver.url
    assert tried(delivery).state == "waiting"
    assert len(receiver.heard) == 1 and delivery.last_status == 302


def test_of_a_long_answer_only_the_beginning_is_read(receiver):
    delivery = a_delivery(receiver.url)
    receiver.status, receiver.body = 200, b"\x00" + b"x" * 500_000
    assert tried(delivery).state == "delivered"
    assert 0 < len(delivery.response_excerpt) <= call.MOST_READ


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_it_once(receiver):
    delivery = a_delivery(receiver.url)
    receiver.seconds = 0.3
    answers = rush(lambda pk: sending.deliver(delivery_id=pk, now=NOW), [delivery.pk] * AT_ONCE)
    assert sum(answers) == 1 and len(receiver.heard) == 1


def test_a_worker_that_died_is_taken_over():
    delivery = a_delivery("https://partner.example/")
    PartnerDelivery.objects.update(due_at=NOW + sending.CLAIM, attempts=1)
    assert sending.due(now=NOW + timedelta(seconds=60)) == []
    assert sending.due(now=NOW + sending.CLAIM) == [delivery.pk]


@pytest.mark.parametrize("status", [410, 500])
def test_an_endpoint_that_fails_for_too_long_or_is_gone_is_shut_with_one_note(receiver, status, settings):
    settings.SHOP_EMAIL = "desk@example.com"
    delivery = a_delivery(receiver.url)
    receiver.status = status
    PartnerEndpoint.objects.update(failing_since=NOW - endpoints.PATIENCE)
    tried(delivery)
    PartnerDelivery.objects.update(due_at=NOW)
    endpoints.note_failure(delivery.endpoint, gone=status == 410, now=NOW)
    endpoint = PartnerEndpoint.objects.get()
    assert not endpoint.is_active and endpoint.disabled_because
    (note,) = mail.outbox
    assert note.to == ["desk@example.com"] and "Warehouse" in note.subject
    assert tried(delivery).state == "failed" and delivery.last_error == "The endpoint is switched off."
    assert len(receiver.heard) == 1


def test_for_a_day_both_secrets_sign(receiver):
    delivery = a_delivery(receiver.url)
    old = delivery.endpoint.secret
    new = endpoints.rotate(endpoint=delivery.endpoint, now=NOW)
    tried(delivery)
    assert all(is_signed(secret, *receiver.heard[0]) for secret in (old, new)) and old != new
    sending.replay(delivery_id=delivery.pk, now=NOW)
    tried(delivery, NOW + endpoints.OVERLAP)
    assert is_signed(new, *receiver.heard[1]) and not is_signed(old, *receiver.heard[1])


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/", "ftp://partner.example/", "https://127.0.0.1/", "https://10.0.0.8/", "https://[::1]/",
        "https://169.254.169.254/latest/", "https://[::ffff:10.0.0.1]/", "https://user:pw@partner.example/",
        "https://partner.example:0/", "https://partner.example:99999/", "https:///hooks", "https://0.0.0.0/",
        "https://100.64.0.1/", "https://[fd00::1]/", "https://224.0.0.1/", "https://[2002:a00:1::]/",
    ],
)  # fmt: skip
def test_an_address_inside_or_without_a_certificate_is_refused(url):
    with pytest.raises(addresses.BadAddress):
        addresses.check(url)


@pytest.mark.parametrize("ips", [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["fe80::1%eth0"]])
def test_a_name_that_leads_inside_is_not_called(ips, monkeypatch):
    delivery = a_delivery("https://partner.example/hooks")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_n: [(0, 0, 0, "", (ip, 443)) for ip in ips])
    monkeypatch.setattr(call, "_pool", lambda _target: pytest.fail("It was called."))
    assert tried(delivery).state == "waiting"
    assert "not public" in delivery.last_error


def test_the_call_goes_to_the_address_that_was_checked_and_the_certificate_must_name_the_host(monkeypatch):
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_n: [(0, 0, 0, "", ("93.184.216.34", 443))])
    pool = call._pool(addresses.resolve("https://partner.example/hooks"))
    assert pool.host == "93.184.216.34" and pool.assert_hostname == "partner.example"
    assert pool.conn_kw["server_hostname"] == "partner.example" and pool.cert_reqs == "CERT_REQUIRED"


def test_what_was_sent_long_ago_is_let_go():
    a_delivery("https://partner.example/")
    assert retention.sweep(now=NOW + timedelta(days=29))["webhooks to partners"] == 0
    assert retention.sweep(now=NOW + timedelta(days=31))["webhooks to partners"] == 1


# -- the admin -------------------------------------------------------------------------------------------------


ADD = "/admin/orders/partnerendpoint/add/"


def test_staff_set_an_endpoint_up_and_see_its_secret_once(staff):
    browser = staff("orders")
    wanted = {"name": "Warehouse", "url": "https://partner.example/", "kinds": ["order.paid"], "is_active": "on"}
    # There is none yet to be unreadable.
    assert "unreadable" not in browser.get(ADD).content.decode()
    page = browser.post(ADD, wanted, follow=True).content.decode()
    endpoint = PartnerEndpoint.objects.get()
    assert endpoint.kinds == ["order.paid"] and endpoint.secret.startswith("whsec_")
    assert endpoint.secret in page.replace("&#x2B;", "+").replace("&#x3D;", "=")
    address = f"/admin/orders/partnerendpoint/{endpoint.pk}/change/"
    assert endpoint.secret not in browser.get(address).content.decode()
    rotated = browser.post(f"/admin/orders/partnerendpoint/{endpoint.pk}/rotate/", SUBMITTED)
    assert rotated["HX-Redirect"] == address
    old, endpoint = endpoint, PartnerEndpoint.objects.get()
    assert (endpoint.previous_secret, endpoint.secret != old.secret) == (old.secret, True)
    assert endpoint.secret in browser.get(address).content.decode()
    assert endpoint.secret not in browser.get(address).content.decode()


@pytest.mark.parametrize("url", ["http://partner.example/", "https://10.0.0.1/"])
def test_staff_are_told_which_addresses_cannot_be(staff, url):
    page = staff("orders").post(ADD, {"name": "x", "url": url, "kinds": ["order.paid"]})
    assert page.status_code == 200 and not PartnerEndpoint.objects.exists()


def test_an_endpoint_that_is_switched_on_again_begins_anew(staff):
    endpoint = an_endpoint(is_active=False, failing_since=NOW, disabled_because="It failed.")
    wanted = {"name": endpoint.name, "url": endpoint.url, "kinds": ["order.paid"], "is_active": "on"}
    staff("orders").post(f"/admin/orders/partnerendpoint/{endpoint.pk}/change/", wanted)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.failing_since, endpoint.disabled_because) == (True, None, "")


def test_the_log_shows_what_was_sent_without_its_signature_and_sends_it_again(staff, receiver):
    delivery = tried(a_delivery(receiver.url))
    browser = staff("orders")
    page = browser.get(f"/admin/orders/partnerdelivery/{delivery.pk}/change/").content.decode()
    assert delivery.message_id in page and "v1," not in page
    assert browser.get("/admin/orders/partnerdelivery/", {"state": "delivered"}).status_code == 200
    browser.post(f"/admin/orders/partnerdelivery/{delivery.pk}/replay/", SUBMITTED)
    delivery.refresh_from_db()
    assert delivery.state == "waiting" and tried(delivery, delivery.due_at).state == "delivered"
    assert len(receiver.heard) == 2


def test_support_reads_and_changes_nothing(staff):
    delivery = a_delivery("https://partner.example/")
    PartnerDelivery.objects.update(due_at=None)
    browser = staff("support")
    assert browser.get(f"/admin/orders/partnerdelivery/{delivery.pk}/change/").status_code == 200
    assert browser.post(f"/admin/orders/partnerdelivery/{delivery.pk}/replay/", SUBMITTED).status_code in {302, 403}
    assert browser.post(f"/admin/orders/partnerendpoint/{delivery.endpoint_id}/rotate/", SUBMITTED).status_code in {
        302,
        403,
    }
    assert browser.get(ADD).status_code == 403
    assert PartnerDelivery.objects.get().due_at is None and not PartnerEndpoint.objects.get().previous_secret
