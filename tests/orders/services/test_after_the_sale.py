"""Cancelling, expiring and fulfilling: each moves an order once, and its stock with it."""

from datetime import timedelta

import pytest

from orders import stock
from orders.models import Order, OrderNote, StockLevel, StockReservation
from orders.services.cancel_order import AlreadyDelivered, CancelReason, CannotCancel, cancel_order
from orders.services.expire_orders import expire_unpaid_orders
from orders.services.fulfil_order import CannotFulfil, fulfil_order
from shopcloud.lib.outbox import ORIGIN, OutboxEvent
from tests.orders.goods import NOW, download, on_sale, order_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unpaid() -> Order:
    return order_of((on_sale(units=5), 2))


@pytest.fixture
def paid(unpaid) -> Order:
    assert unpaid.move_to(Order.Status.PAID, paid_at=NOW)
    stock.sell(order_number=unpaid.number, quantities={"LAMP-S": 2}, now=NOW)
    return unpaid


def level() -> tuple[int, int]:
    row = StockLevel.objects.get(sku="LAMP-S")
    return row.on_hand, row.reserved


def told(name: str) -> list[dict]:
    rows = OutboxEvent.objects.filter(event_name=name)
    return [{field: value for field, value in row.payload.items() if field != ORIGIN} for row in rows]


def cancel(order: Order) -> Order:
    return cancel_order(order=order, reason=CancelReason.BY_BUYER, now=NOW)


def test_cancelling_an_unpaid_order_gives_its_units_back(unpaid):
    assert cancel(unpaid).status == "cancelled"
    assert level() == (5, 0)
    assert told("OrderCancelled") == [{"order_number": unpaid.number, "reason": "by_buyer"}]
    assert OrderNote.objects.filter(order=unpaid, for_customer=True, text__startswith="Cancelled").exists()


def test_cancelling_a_paid_order_puts_its_units_back_on_the_shelf(paid):
    assert level() == (3, 0)
    cancel(paid)
    assert level() == (5, 0)


def test_an_order_is_cancelled_once(unpaid):
    cancel(unpaid)
    with pytest.raises(CannotCancel, match="can no longer be cancelled"):
        cancel(unpaid)
    assert level() == (5, 0)


def test_an_order_on_its_way_cannot_be_cancelled(paid):
    fulfil_order(order=paid, now=NOW, tracking="1Z999")
    with pytest.raises(CannotCancel, match="fulfilled"):
        cancel(paid)
    assert level() == (3, 0)


def test_a_buyer_who_downloaded_cannot_take_the_money_back_but_staff_can_give_it():
    placed = order_of((download(), 1), address={}, shipping_method=None)
    placed.move_to(Order.Status.PAID, paid_at=NOW)
    line = placed.lines.get()
    line.downloads.create(token="t", expires_at=NOW, created_at=NOW, redeemed_at=NOW)
    with pytest.raises(AlreadyDelivered, match="was fetched already"):
        cancel(placed)
    assert cancel_order(order=placed, reason=CancelReason.BY_STAFF, now=NOW).status == "cancelled"


def test_an_unpaid_order_expires_after_half_an_hour_and_not_before(unpaid):
    assert expire_unpaid_orders(now=NOW + timedelta(minutes=30)) == 0
    assert expire_unpaid_orders(now=NOW + timedelta(minutes=31)) == 1
    assert expire_unpaid_orders(now=NOW + timedelta(minutes=32)) == 0
    assert level() == (5, 0)
    unpaid.refresh_from_db()
    assert (unpaid.status, unpaid.cancel_reason) == ("cancelled", "unpaid")


def test_an_order_whose_units_are_promised_for_longer_waits_for_longer(unpaid):
    StockReservation.objects.filter(order_number=unpaid.number).update(expires_at=NOW + timedelta(days=3))
    assert expire_unpaid_orders(now=NOW + timedelta(days=2)) == 0
    assert expire_unpaid_orders(now=NOW + timedelta(days=4)) == 1
    assert StockReservation.objects.get().state == "released"


def test_an_order_of_downloads_expires_too():
    order_of((download(), 1), shipping_method="download")
    assert expire_unpaid_orders(now=NOW + timedelta(minutes=29)) == 0
    assert expire_unpaid_orders(now=NOW + timedelta(minutes=31)) == 1


def test_a_paid_order_never_expires(paid):
    assert expire_unpaid_orders(now=NOW + timedelta(days=30)) == 0


def test_a_payment_that_overtakes_the_expiry_keeps_its_order(paid):
    with pytest.raises(CannotCancel):
        cancel_order(order=paid, reason=CancelReason.UNPAID, now=NOW, only_from=(Order.Status.AWAITING_PAYMENT,))
    paid.refresh_from_db()
    assert paid.status == "paid"


def test_fulfilling_a_paid_order_keeps_its_tracking_number_and_tells_the_buyer(paid):
    fulfil_order(order=paid, now=NOW, tracking="1Z999")
    paid.refresh_from_db()
    assert (paid.status, paid.tracking, paid.fulfilled_at) == ("fulfilled", "1Z999", NOW)
    parcel = paid.fulfilments.get()
    assert told("OrderShipped") == [{"order_number": paid.number, "fulfilment_id": parcel.pk}]


def test_only_a_paid_order_can_be_fulfilled_and_only_once(unpaid):
    with pytest.raises(CannotFulfil):
        fulfil_order(order=unpaid, now=NOW)
    unpaid.move_to(Order.Status.PAID)
    fulfil_order(order=unpaid, now=NOW)
    with pytest.raises(CannotFulfil):
        fulfil_order(order=unpaid, now=NOW)
    assert len(told("OrderShipped")) == 1
