"""What buyers find in their mailbox: complete, in their language, once."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection

from orders import handlers, mail, mailings, tasks
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
from shopcloud.lib import guards
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db


def paid(**changes) -> Order:
    order = place(**changes)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


def queued(order: Order, kind: str = "confirmation", about: int | None = None) -> int:
    return mailings.queue(order_number=order.number, kind=kind, about=about, now=NOW).pk


def send(order: Order, kind: str = "confirmation", about: int | None = None) -> tuple[str, str]:
    assert mailings.send(mailing_id=queued(order, kind, about), now=NOW)
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
        assert "10115 Berlin" in part and "Deutschland" in part and "MwSt." in part
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
    assert not mailings.send(mailing_id=queued(order), now=NOW)
    assert not mailings.send(mailing_id=queued(order), now=NOW + timedelta(days=1))
    assert len(outbox.outbox) == 1


def without_mail_server(monkeypatch, error: Exception):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)


def test_a_mail_waits_for_its_server_however_long_it_is_away(monkeypatch):
    mailing_id = queued(paid())
    with monkeypatch.context() as patch:
        without_mail_server(patch, ConnectionRefusedError())
        for minute in range(0, 20, 2):
            assert not mailings.send(mailing_id=mailing_id, now=NOW + timedelta(minutes=minute))
    later = NOW + timedelta(minutes=20)
    assert mailings.due(now=later) == [mailing_id]
    assert mailings.send(mailing_id=mailing_id, now=later)
    assert mailings.due(now=later + timedelta(days=1)) == []


def test_a_mail_that_fails_five_times_is_kept_with_its_error_until_staff_retry_it(monkeypatch):
    mailing_id = queued(paid())
    with monkeypatch.context() as patch:
        without_mail_server(patch, ValueError("no such mailbox"))
        for hour in range(7):
            mailings.send(mailing_id=mailing_id, now=NOW + timedelta(hours=hour))
    dead = Mailing.objects.get(pk=mailing_id)
    assert (dead.is_dead, dead.attempts, dead.last_error) == (True, 5, "ValueError: no such mailbox")
    later = NOW + timedelta(days=1)
    assert mailings.due(now=later) == []
    assert mailings.retry(mailing_id=mailing_id, now=later)
    assert mailings.due(now=later) == [mailing_id]
    assert mailings.send(mailing_id=mailing_id, now=later)
    assert not mailings.retry(mailing_id=mailing_id, now=later)


def test_a_mail_whose_task_was_lost_is_handed_over_again(monkeypatch):
    mailing_id = queued(paid())
    assert mailings.due(now=NOW + timedelta(minutes=1)) == []
    handed = []
    monkeypatch.setattr(tasks.send_order_mail, "delay", lambda **message: handed.append(message["mailing_id"]))
    tasks.hand_over_waiting_mails(a_newer_release="sends more")
    assert handed == [mailing_id]


def test_a_worker_that_died_while_sending_is_taken_over_after_ten_minutes():
    mailing_id = queued(paid())
    Mailing.objects.update(claimed_at=NOW)
    assert not mailings.send(mailing_id=mailing_id, now=NOW + timedelta(minutes=9))
    assert mailings.send(mailing_id=mailing_id, now=NOW + timedelta(minutes=11))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("guarded", "sent"), [(True, 1), (False, 2)])
def test_of_two_workers_with_one_mail_one_sends_it(monkeypatch, guarded, sent):
    """The control run without the claim's condition sends it twice."""
    mailing_id = queued(paid())
    both = threading.Barrier(2)
    composed = mailings.mail.compose

    def compose_together(**asked):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)
        return composed(**asked)

    monkeypatch.setattr(mailings.mail, "compose", compose_together)

    def work(_worker: int) -> bool:
        try:
            return mailings.send(mailing_id=mailing_id, now=NOW)
        finally:
            connection.close()

    guard = contextlib.nullcontext() if guarded else guards.removed("mailings.claim")
    with guard, ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == sent
    assert len({message.extra_headers["Message-ID"] for message in outbox.outbox}) == 1


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
    text, _ = send(order, "refund", about=refund.pk)
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
    texts = [send(order, "refund", about=refund.pk)[0] for refund in order.payments.get().refunds.order_by("pk")]
    assert "$10.00" in texts[0] and "$20.88" in texts[1]


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_or_less_is_no_refund(amount):
    with pytest.raises(RefundTooLarge):
        refund_order(order=paid(), reason="odd", amount=amount, now=NOW)


def test_each_event_queues_its_mail_once(monkeypatch):
    number = place().number
    handed = []
    monkeypatch.setattr(tasks.send_order_mail, "delay", lambda **message: handed.append(message["mailing_id"]))
    for _delivery in range(2):
        handlers.mail_confirmation(OrderPaid(order_number=number, payment_id=1))
        handlers.mail_shipment(OrderShipped(order_number=number))
        handlers.mail_cancellation(OrderCancelled(order_number=number, reason="unpaid"))
    waiting = list(Mailing.objects.order_by("pk").values_list("pk", "kind"))
    assert [kind for _pk, kind in waiting] == ["confirmation", "shipment", "cancellation"]
    assert handed == [pk for pk, _kind in waiting] * 2


def test_the_subject_and_the_address_cannot_carry_a_header():
    order = paid(email="mara@example.com")
    message = mail.compose(order=order, kind="confirmation").message()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "multipart/alternative"
