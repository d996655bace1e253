"""The payment's page: finance captures and voids what was authorised; others look."""

import pytest
from django.contrib.admin.models import LogEntry

from orders.models import Order, Payment, PaymentOperation, WebhookEvent
from orders.services.pay_order import start_payment
from shopcloud.lib import clock
from tests.orders.payments.sale import RETURN_URL, place

pytestmark = pytest.mark.django_db
SUBMITTED = {"_form_submitted": "on"}


@pytest.fixture
def payment(settings) -> Payment:
    order = place()
    order.payments.update(manual_capture=True)
    return start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())


def page(payment: Payment) -> str:
    return f"/admin/orders/payment/{payment.pk}/change/"


def press(client, payment: Payment, button: str, **fields):
    return client.post(f"/admin/orders/payment/{payment.pk}/{button}/", {**SUBMITTED, **fields}, follow=False)


def test_finance_captures_a_part(staff, payment):
    client = staff("finance")
    assert "Capture" in client.get(page(payment)).content.decode()
    answer = press(client, payment, "capture", amount="10.50")
    assert answer["HX-Redirect"] == page(payment)
    payment.refresh_from_db()
    assert (payment.status, payment.captured) == (Payment.Status.CAPTURED, 1050)
    operation = PaymentOperation.objects.get()
    assert (operation.amount, operation.author.email) == (1050, "finance@shop.example")
    html = client.get(page(payment)).content.decode()
    assert "$10.50" in html and f'hx-get="/admin/orders/payment/{payment.pk}/capture' not in html
    assert LogEntry.objects.filter(object_id=str(payment.pk)).exists()


@pytest.mark.parametrize("amount", ["0", "-1", "1000", "ten"])
def test_an_amount_that_cannot_be_captured_is_refused_in_the_form(staff, payment, amount):
    press(staff("finance"), payment, "capture", amount=amount)
    assert not PaymentOperation.objects.exists()


def test_finance_voids(staff, payment):
    press(staff("finance"), payment, "void")
    payment.refresh_from_db()
    assert payment.status == Payment.Status.VOIDED
    assert Order.objects.get().payment_status == "unpaid"


@pytest.mark.parametrize("role", ["orders", "support"])
def test_others_look_only(staff, payment, role):
    client = staff(role)
    html = client.get(page(payment)).content.decode()
    assert f'hx-get="/admin/orders/payment/{payment.pk}/capture' not in html
    assert press(client, payment, "capture").status_code == 403
    assert not PaymentOperation.objects.exists()


def test_orders_are_found_by_how_their_money_stands(staff, payment):
    client = staff("finance")
    found = client.get("/admin/orders/order/?payment_status__exact=authorised").content.decode()
    assert Order.objects.get().number in found and "Authorised" in found
    other = client.get("/admin/orders/order/?payment_status__exact=refunded").content.decode()
    assert Order.objects.get().number not in other


def test_finance_reads_the_inbox(staff):
    WebhookEvent.objects.create(gateway="stripe", event_id="evt_9", kind="charge.updated", received_at=clock.now())
    assert "evt_9" in staff("finance").get("/admin/orders/webhookevent/?q=evt_9").content.decode()
    assert staff("support").get("/admin/orders/webhookevent/").status_code == 403


def test_an_authorised_order_leads_to_the_buttons_of_its_payment(staff, payment):
    client, address = staff("finance"), f"/admin/orders/order/{payment.order_id}"
    assert f"{address}/authorisation/" in client.get(f"{address}/change/").content.decode()
    assert client.get(f"{address}/authorisation/")["Location"] == page(payment)
    press(client, payment, "void")
    assert f"{address}/authorisation/" not in client.get(f"{address}/change/").content.decode()
    assert client.get(f"{address}/authorisation/")["Location"] == f"{address}/change/"
    assert staff("support").get(f"{address}/authorisation/").status_code == 403
