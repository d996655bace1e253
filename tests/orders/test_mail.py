"""What buyers find in their mailbox: complete, in their language, once."""

from datetime import timedelta

import pytest
from django.core import mail as outbox

from orders import handlers, mail, tasks
from orders.events import OrderCancelled, OrderPaid, OrderShipped
from orders.models import DownloadGrant, Mailing, Order, Payment
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.fulfil_order import fulfil_order
from orders.services.pay_order import start_payment
from orders.services.refund_order import (
    NothingToRefund,
    RefundTooLarge,
    refund_cancelled_order,
    refund_order,
    settle_refund,
)
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db


def paid(**changes) -> Order:
    order = place(**changes)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


def send(order: Order, kind: str = "confirmation", **more) -> tuple[str, str]:
    assert mail.send_order_mail(order_number=order.number, kind=kind, now=NOW, **more)
    message = outbox.outbox[-1]
    html, mimetype = message.alternatives[0]
    assert mimetype == "text/html" and message.to == ["mara@example.com"]
    return message.body, html


def test_the_confirmation_says_what_was_bought_for_how_much_and_where_it_goes():
    order = paid()
    text, html = send(order)
    assert outbox.outbox[-1].subject == f"Your order {order.number}"
    for part in (text, html):
        assert order.number in part and "$30.88" in part and "$25.98" in part and "$4.90" in part
        assert "Lange Straße 5" in part and "Germany" in part
        assert f"http://localhost:8000/orders/{order.number}/?key={order.access_token}" in part
    assert "2 × Lamp <Aurora> (S)" in text
    assert "2 × Lamp &lt;Aurora&gt;" in html
    assert "<style" not in html and "<script" not in html and "http://localhost:8000/" in html


def test_a_german_order_is_confirmed_in_german():
    order = paid(language="de", market="de", currency="EUR", tax_included=True, tax=493)
    text, html = send(order)
    assert outbox.outbox[-1].subject == f"Ihre Bestellung {order.number}"
    for part in (text, html):
        assert "Danke für Ihre Bestellung" in part and "30,88" in part and "Lieferadresse" in part
        assert "Deutschland" in part and "MwSt." in part
        assert f"/de/orders/{order.number}/" in part
    assert '<html lang="de">' in html


def test_a_french_order_is_confirmed_in_french():
    send(paid(language="fr", market="fr", currency="EUR", tax_included=True))
    assert "Merci pour votre commande" in outbox.outbox[-1].body


def test_a_digital_order_is_confirmed_with_its_download_links():
    order = paid(digital=True, physical=False)
    text, html = send(order)
    link = f"http://localhost:8000/downloads/{DownloadGrant.objects.get().token}/"
    assert link in text and link in html
    assert "parcel" not in text and "Delivery address" not in text


def test_a_mail_is_sent_once_however_often_its_event_is_delivered():
    order = paid()
    send(order)
    assert not mail.send_order_mail(order_number=order.number, kind="confirmation", now=NOW)
    assert not mail.send_order_mail(order_number=order.number, kind="confirmation", now=NOW + timedelta(days=1))
    assert len(outbox.outbox) == 1


def test_a_mail_that_could_not_be_sent_is_sent_by_the_next_try(monkeypatch):
    order = paid()

    def refuse(self, messages):
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        with pytest.raises(ConnectionRefusedError):
            mail.send_order_mail(order_number=order.number, kind="confirmation", now=NOW)
    send(order)


def test_a_worker_that_died_while_sending_is_taken_over_after_ten_minutes():
    order = paid()
    Mailing.objects.create(order=order, kind="confirmation", claimed_at=NOW)
    assert not mail.send_order_mail(order_number=order.number, kind="confirmation", now=NOW + timedelta(minutes=9))
    assert mail.send_order_mail(order_number=order.number, kind="confirmation", now=NOW + timedelta(minutes=11))


def test_a_shipped_order_is_told_with_its_tracking_number():
    order = paid()
    fulfil_order(order=order, now=NOW, tracking="TRACK-<1>")
    text, html = send(order, "shipment")
    assert "Tracking number: TRACK-<1>" in text and "TRACK-&lt;1&gt;" in html


def test_an_unpaid_order_that_expired_is_told_why():
    order = place()
    cancel_order(order=order, reason=CancelReason.UNPAID, now=NOW)
    text, _ = send(order, "cancellation")
    assert "No payment arrived" in text and "Nothing was charged" in text


def test_a_cancelled_paid_order_gets_its_money_back_once_and_a_mail_about_it():
    order = paid()
    cancel_order(order=order, reason=CancelReason.BY_BUYER, now=NOW)
    assert "giving your money back" in send(order, "cancellation")[0]
    refund = refund_cancelled_order(order_number=order.number, now=NOW)
    assert refund_cancelled_order(order_number=order.number, now=NOW) is None
    settle_refund(refund_id=refund.pk, now=NOW)
    assert refund_cancelled_order(order_number=order.number, now=NOW) is None
    assert order.payments.get().status == Payment.Status.REFUNDED
    text, _ = send(order, "refund", refund_id=refund.pk)
    assert "$30.88" in text


def test_an_order_is_refunded_in_parts_but_never_more_than_was_paid():
    order = paid()
    refund_order(order=order, reason="a scratch", amount=1000, now=NOW)
    with pytest.raises(RefundTooLarge):
        refund_order(order=order, reason="greed", amount=order.total, now=NOW)
    rest = refund_order(order=order, reason="the rest", now=NOW)
    assert rest.amount == order.total - 1000
    with pytest.raises(NothingToRefund):
        refund_order(order=order, reason="again", now=NOW)
    texts = [send(order, "refund", refund_id=refund.pk)[0] for refund in order.payments.get().refunds.order_by("pk")]
    assert "$10.00" in texts[0] and "$20.88" in texts[1]


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_or_less_is_no_refund(amount):
    with pytest.raises(RefundTooLarge):
        refund_order(order=paid(), reason="odd", amount=amount, now=NOW)


def test_each_event_queues_its_mail(monkeypatch):
    queued = []
    monkeypatch.setattr(tasks.send_order_mail, "delay", lambda **message: queued.append(message["kind"]))
    handlers.mail_confirmation(OrderPaid(order_number="SC-1", payment_id=1))
    handlers.mail_shipment(OrderShipped(order_number="SC-1"))
    handlers.mail_cancellation(OrderCancelled(order_number="SC-1", reason="unpaid"))
    assert queued == ["confirmation", "shipment", "cancellation"]


def test_the_subject_and_the_address_cannot_carry_a_header():
    order = paid(email="mara@example.com")
    message = mail.compose(order=order, kind="confirmation").message()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
