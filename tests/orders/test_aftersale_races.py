"""Refunds, parcels, returns and downloads raced on real connections, counted in the stores at rest.

Each race has a control without its guard and without the constraint behind it, which must break.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest
from django.db import connection, connections, transaction
from django.db.models import Sum

from media.services import store_download
from orders import downloads
from orders.downloads import DownloadGone
from orders.models import (
    DownloadGrant,
    Fulfilment,
    FulfilmentLine,
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundLine,
    ReturnLine,
    ReturnRequest,
)
from orders.refunds import RefundTooLarge
from orders.services.cancel_order import CancelReason, CannotCancel, cancel_order
from orders.services.fulfil_order import CannotFulfil, fulfil_order, send_items
from orders.services.pay_order import start_payment
from orders.services.refund_items import refund_items
from orders.services.refund_order import NothingToRefund, refund_order, request_refund
from orders.services.request_return import CannotReturn, request_return
from shopcloud.lib import clock, guards
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 10
LAMP = "LAMP-S"
REFUSALS = (RefundTooLarge, NothingToRefund, CannotFulfil, CannotReturn, DownloadGone, CannotCancel)


def paid(**changes) -> Order:
    order = place(**changes)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=clock.now())
    order.refresh_from_db()
    return order


def at_once(*jobs) -> int:
    """Run the jobs side by side; how many were not refused."""
    start = threading.Barrier(len(jobs), timeout=20)

    def one(job) -> bool:
        try:
            start.wait()
            job()
        except REFUSALS:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sum(pool.map(one, jobs))


@contextmanager
def without(model, name: str, *, guard: str):
    """The table without a constraint and the service without its guard; the rows that broke it go afterwards."""
    check = next(c for c in model._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, check)
    try:
        with guards.removed(guard):
            yield
    finally:
        for table in (RefundLine, Refund, FulfilmentLine, Fulfilment, ReturnLine, ReturnRequest, DownloadGrant):
            table.objects.all().delete()
        Payment.objects.all().delete()
        OrderLine.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, check)


def promised(order: Order) -> int:
    return Refund.objects.filter(payment__order=order).aggregate(sum=Sum("amount"))["sum"] or 0


@pytest.mark.parametrize("amount", [3088, 1000, 700])
def test_ten_refunds_at_once_never_give_back_more_than_was_captured(amount):
    order = paid()
    made = at_once(*[lambda: refund_order(order=order, reason="race", amount=amount, now=NOW)] * AT_ONCE)
    assert made == order.total // amount
    assert promised(order) == Payment.objects.get(order=order).refunded == made * amount <= order.total


def test_ten_refunds_of_all_that_is_left_give_it_back_once():
    order = paid()
    assert at_once(*[lambda: refund_order(order=order, reason="race", now=NOW)] * AT_ONCE) == 1
    assert promised(order) == order.total


def test_control_without_the_guard_refunds_exceed_what_was_captured():
    order = paid()
    payment = Payment.objects.get(order=order)

    def promise() -> None:
        with transaction.atomic():
            request_refund(payment=payment, amount=2000, reason="race", now=NOW)

    with without(Payment, "refund_within_captured", guard="refunds.request"):
        made = at_once(*[promise] * AT_ONCE)
        assert made == AT_ONCE and promised(order) > order.total


def test_ten_refunds_of_one_lamp_at_once_pay_two_lamps_back():
    order = paid()
    made = at_once(*[lambda: refund_items(order=order, quantities={LAMP: 1}, reason="race", now=NOW)] * AT_ONCE)
    line = order.lines.get()
    assert (made, line.refunded, line.refunded_amount, promised(order)) == (2, 2, 2598, 2598)


def send_one(order: Order):
    return lambda: send_items(order=order, quantities={LAMP: 1}, now=NOW)


def sent(order: Order) -> int:
    return FulfilmentLine.objects.filter(line__order=order).aggregate(sum=Sum("quantity"))["sum"]


def test_ten_packers_at_once_send_two_lamps():
    order = paid()
    assert at_once(*[send_one(order)] * AT_ONCE) == 2
    assert sent(order) == order.lines.get().fulfilled == 2
    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("fulfilled", "fulfilled")


def test_control_without_the_guard_more_is_sent_than_was_bought():
    order = paid(digital=True)
    # A third kind of unit still waits, so that the order does not close the race by being complete.
    order.lines.filter(kind="digital").update(fulfilled=0)
    with without(OrderLine, "order_line_sent_within_bought", guard="fulfilments.send"):
        at_once(*[send_one(order)] * AT_ONCE)
        assert sent(order) > 2


def ask_one(order: Order):
    return lambda: request_return(order=order, quantities={LAMP: 1}, now=clock.now())


def test_ten_returns_at_once_announce_two_lamps():
    order = paid()
    fulfil_order(order=order, now=clock.now())
    assert at_once(*[ask_one(order)] * AT_ONCE) == 2
    assert ReturnLine.objects.aggregate(sum=Sum("quantity"))["sum"] == order.lines.get().return_asked == 2


def test_control_without_the_guard_more_is_announced_than_was_bought():
    order = paid()
    fulfil_order(order=order, now=clock.now())
    with without(OrderLine, "order_line_returned_within_sent", guard="returns.request"):
        assert at_once(*[ask_one(order)] * AT_ONCE) == AT_ONCE
        assert ReturnLine.objects.aggregate(sum=Sum("quantity"))["sum"] == AT_ONCE


def test_sending_and_cancelling_at_once_does_one_of_them():
    for number in range(5):
        order = paid(number=f"SC-BOTH000{number}")
        cancel = lambda order=order: cancel_order(order=order, reason=CancelReason.BY_STAFF, now=NOW)  # noqa: E731
        assert at_once(send_one(order), cancel) == 1
        order.refresh_from_db()
        assert (order.status == "cancelled") == (order.lines.get().fulfilled == 0)


def bought_file(number: str) -> DownloadGrant:
    order = paid(number=number, digital=True, physical=False)
    key = store_download(b"%PDF-1.7 a pattern", filename="pattern.pdf")
    OrderLine.objects.filter(order=order).update(download=key)
    return DownloadGrant.objects.get(line__order=order)


@pytest.mark.parametrize("by_refund", [True, False])
def test_a_file_is_fetched_or_its_money_given_back_but_never_both_ways_on_one_row(by_refund):
    for number in range(6):
        grant = bought_file(f"SC-FILE000{number}")
        order = grant.line.order
        if by_refund:
            back = lambda order=order: refund_order(order=order, reason="race", now=NOW)  # noqa: E731
        else:
            back = lambda order=order: cancel_order(order=order, reason=CancelReason.BY_BUYER, now=NOW)  # noqa: E731
        done = at_once(lambda grant=grant: downloads.redeem(token=grant.token, now=clock.now()), back)
        grant.refresh_from_db()
        assert (grant.redeemed_at is None) != (grant.revoked_at is None)
        order.refresh_from_db()
        assert by_refund or (done == 1 and (order.status == "cancelled") == (grant.revoked_at is not None))


@pytest.mark.parametrize("guarded", [True, False])
def test_a_file_is_not_fetched_once_the_cancellation_has_been_decided(guarded, monkeypatch):
    """The buyer's browser has passed the look at the order when the cancellation commits; only the guard is left."""
    grant = bought_file("SC-FILE0009")
    looked, cancelled = threading.Event(), threading.Event()
    sign = downloads.delivery.download_url

    def sign_late(*args, **kwargs):
        looked.set()
        assert cancelled.wait(10)
        return sign(*args, **kwargs)

    monkeypatch.setattr(downloads.delivery, "download_url", sign_late)

    def fetch() -> bool:
        try:
            return bool(downloads.redeem(token=grant.token, now=clock.now()))
        except DownloadGone:
            return False
        finally:
            connections.close_all()

    removed = without(DownloadGrant, "download_redeemed_or_revoked", guard="downloads.revoke")
    with nullcontext() if guarded else removed, ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(fetch)
        assert looked.wait(10)
        cancel_order(order=grant.line.order, reason=CancelReason.BY_BUYER, now=clock.now())
        cancelled.set()
        assert fetching.result(20) is not guarded
