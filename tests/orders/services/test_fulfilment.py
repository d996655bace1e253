"""Sending in several parcels, calling units off before: counted on the lines, told to the buyer, each once."""

import pytest

from orders import stock
from orders.models import Fulfilment, Order, OrderNote, Payment
from orders.services.cancel_items import CancelAll, TooManyToCancel, cancel_items
from orders.services.cancel_order import CancelReason, CannotCancel, PartlySent, cancel_order
from orders.services.fulfil_order import (
    CannotFulfil,
    NothingToSend,
    TooManyToSend,
    UnknownCarrier,
    fulfil_order,
    send_items,
)
from orders.services.pay_order import start_payment
from orders.services.refund_items import refund_items
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
LAMP = "LAMP-S"


def paid(**changes) -> Order:
    order = place(**changes)
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    order.refresh_from_db()
    return order


def send(order: Order, quantity: int = 1, sku: str = LAMP, **more) -> Fulfilment:
    return send_items(order=order, quantities={sku: quantity}, now=NOW, **more)


def statuses(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.fulfilment_status


def available() -> int:
    return stock.levels([LAMP])[LAMP].available


def test_two_lamps_leave_in_two_parcels_each_with_its_own_tracking():
    order = paid()
    assert statuses(order) == ("paid", "unfulfilled")
    first = send(order, carrier="ups", tracking=" 1Z999 ")
    assert statuses(order) == ("paid", "partially_fulfilled")
    second = send(order, carrier="dhl_de", tracking="JD0 1")
    assert statuses(order) == ("fulfilled", "fulfilled")
    assert [(p.tracking, [line.quantity for line in p.lines.all()]) for p in (first, second)] == [
        ("1Z999", [1]),
        ("JD0 1", [1]),
    ]
    assert first.tracking_url == "https://www.ups.com/track?tracknum=1Z999"
    assert second.tracking_url.endswith("piececode=JD01")
    told = [e.payload["fulfilment_id"] for e in OutboxEvent.objects.filter(event_name="OrderShipped").order_by("pk")]
    assert told == [first.pk, second.pk]
    notes = OrderNote.objects.filter(order=order, for_customer=True).values_list("text", flat=True)
    assert list(notes)[-2:] == ["Part of your order is on its way to you", "On its way to you"]


@pytest.mark.parametrize("tracking", ["<script>", "a/b?c=d&e", "#1"])
def test_a_tracking_number_cannot_lead_anywhere_else(tracking):
    url = send(paid(), carrier="gls", tracking=tracking).tracking_url
    assert url.startswith("https://gls-group.com/track/")
    assert not set("<>?&#") & set(url.removeprefix("https://gls-group.com/track/"))


def test_a_parcel_of_an_unknown_carrier_or_without_a_number_has_no_link():
    order = paid()
    assert send(order, carrier="other", tracking="X1").tracking_url == ""
    assert send(order, carrier="ups").tracking_url == ""


def test_no_more_is_sent_than_was_bought():
    order = paid()
    with pytest.raises(TooManyToSend, match="2 can still be sent"):
        send(order, 3)
    send(order, 1)
    with pytest.raises(TooManyToSend, match="1 can still be sent"):
        send(order, 2)
    assert order.lines.get().fulfilled == 1 and Fulfilment.objects.count() == 1


@pytest.mark.parametrize("quantities", [{}, {LAMP: 0}, {LAMP: -1}])
def test_a_parcel_holds_something(quantities):
    with pytest.raises(NothingToSend):
        send_items(order=paid(), quantities=quantities, now=NOW)


def test_what_cannot_be_sent_is_refused_and_nothing_is_written():
    order = paid(digital=True)
    for sku in ("PATTERN-1", "MUG"):
        with pytest.raises(TooManyToSend):
            send(order, 1, sku)
    with pytest.raises(UnknownCarrier):
        send(order, carrier="pigeon")
    with pytest.raises(CannotFulfil):
        send(place(number="SC-UNPAID01"))
    assert not Fulfilment.objects.exists() and order.lines.get(sku=LAMP).fulfilled == 0


def test_sending_all_that_is_left_is_one_parcel_of_the_rest():
    order = paid()
    send(order)
    fulfil_order(order=order, now=NOW, tracking="REST")
    assert statuses(order) == ("fulfilled", "fulfilled") and order.tracking == "REST"
    assert [line.quantity for line in Fulfilment.objects.get(tracking="REST").lines.all()] == [1]


def test_downloads_are_sent_with_the_payment_and_wait_for_no_parcel():
    mixed, files = paid(digital=True), paid(number="SC-FILES001", digital=True, physical=False)
    assert statuses(mixed) == ("paid", "partially_fulfilled")
    assert statuses(files) == ("paid", "fulfilled")
    fulfil_order(order=mixed, now=NOW)
    assert statuses(mixed) == ("fulfilled", "fulfilled")
    assert [row.line.sku for row in Fulfilment.objects.get().lines.all()] == [LAMP]


def test_an_order_of_which_a_parcel_left_cannot_be_cancelled_as_a_whole():
    order = paid()
    send(order)
    for reason in (CancelReason.BY_BUYER, CancelReason.BY_STAFF):
        with pytest.raises(PartlySent, match="Part of this order is on its way"):
            cancel_order(order=order, reason=reason, now=NOW)


def test_a_unit_called_off_goes_back_on_the_shelf_and_its_money_to_the_buyer():
    order = paid()
    before = available()
    refund = cancel_items(order=order, quantities={LAMP: 1}, now=NOW)
    assert refund is not None and refund.amount == 1299
    assert available() == before + 1
    assert statuses(order) == ("paid", "unfulfilled")
    send(order)
    assert statuses(order) == ("fulfilled", "fulfilled")
    with pytest.raises(CannotFulfil):
        send(order)


def test_calling_off_the_rest_of_a_partly_sent_order_completes_it():
    order = paid()
    send(order)
    cancel_items(order=order, quantities={LAMP: 1}, now=NOW)
    assert statuses(order) == ("fulfilled", "fulfilled")


def test_units_that_were_sent_or_are_all_there_is_are_not_called_off():
    order = paid()
    with pytest.raises(CancelAll):
        cancel_items(order=order, quantities={LAMP: 2}, now=NOW)
    send(order)
    with pytest.raises(TooManyToCancel, match="1 can still be cancelled"):
        cancel_items(order=order, quantities={LAMP: 2}, now=NOW)
    assert Payment.objects.get(order=order).refunded == 0
    with pytest.raises(CannotCancel):
        cancel_items(order=place(number="SC-UNPAID01"), quantities={LAMP: 1}, now=NOW)


def test_a_unit_that_was_paid_back_before_is_called_off_without_money():
    order = paid()
    refund_items(order=order, quantities={LAMP: 2}, reason="late", now=NOW)
    assert cancel_items(order=order, quantities={LAMP: 1}, now=NOW) is None
    assert order.lines.get().cancelled == 1


def test_cancelling_the_rest_of_an_order_puts_only_the_rest_back():
    order = paid()
    before = available()
    cancel_items(order=order, quantities={LAMP: 1}, now=NOW)
    cancel_order(order=order, reason=CancelReason.BY_STAFF, now=NOW)
    assert available() == before + 2
