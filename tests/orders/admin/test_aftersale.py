"""Parcels, cancelled items, refunds by line and returns, worked through the admin's own dialogs."""

import pytest
from django.contrib.admin.models import LogEntry

from orders.models import Fulfilment, Order, OrderNote, Payment, Refund, ReturnRequest
from orders.services.fulfil_order import fulfil_order
from orders.services.request_return import request_return
from shopcloud.lib import clock
from tests.orders.admin.test_orders import SUBMITTED, page, press

pytestmark = pytest.mark.django_db


def units(order: Order, number: object) -> dict[str, object]:
    return {f"units_{order.lines.get().pk}": number}


def dialog(client, order: Order, button: str) -> str:
    return client.get(f"/admin/orders/order/{order.pk}/{button}/").content.decode()


def test_one_of_two_lamps_is_sent_with_its_carrier_and_number(staff, paid):
    client = staff("orders")
    assert "0 to 2" in dialog(client, paid, "send")
    answer = press(client, paid, "send", **units(paid, 1), carrier="ups", tracking="1Z999")
    assert answer["HX-Redirect"] == page(paid)
    parcel = Fulfilment.objects.get()
    assert (parcel.carrier, parcel.tracking, parcel.author.email) == ("ups", "1Z999", "orders@shop.example")
    html = client.get(page(paid)).content.decode()
    assert "Sent: 1 × LAMP-S." in html and "Partly sent" in html and "1Z999" in html
    assert "0 to 1" in dialog(client, paid, "send")


@pytest.mark.parametrize("number", [3, -1, "x", "1.5"])
def test_units_that_cannot_be_sent_are_refused_in_the_dialog(staff, paid, number):
    answer = press(staff("orders"), paid, "send", **units(paid, number))
    assert answer.status_code == 200 and "HX-Redirect" not in answer
    assert not Fulfilment.objects.exists()


def test_an_empty_parcel_is_refused(staff, paid):
    client = staff("orders")
    press(client, paid, "send", **units(paid, 0))
    assert "Choose at least one item" in client.get(page(paid)).content.decode()
    assert not Fulfilment.objects.exists() and not LogEntry.objects.exists()


def test_an_item_is_called_off_and_its_money_goes_back(staff, paid):
    press(staff("orders"), paid, "calloff", **units(paid, 1))
    assert paid.lines.get().cancelled == 1
    assert Payment.objects.get(order=paid).refunded == 1299
    assert LogEntry.objects.get().get_change_message() == "Cancelled: 1 × LAMP-S."


def test_the_buttons_follow_what_is_left_to_do(staff, paid):
    client = staff("orders")
    press(client, paid, "send", **units(paid, 1))
    html = client.get(page(paid)).content.decode()
    shown = {name for name in ("send", "calloff", "cancel") if f"/order/{paid.pk}/{name}" in html}
    assert shown == {"send", "calloff"}
    press(client, paid, "send", **units(paid, 1))
    html = client.get(page(paid)).content.decode()
    assert not [name for name in ("send", "calloff", "cancel") if f"/order/{paid.pk}/{name}" in html]


def test_a_refund_by_line_and_shipping_shows_what_is_left(staff, paid):
    client = staff("finance")
    html = dialog(client, paid, "refund")
    assert "$30.88 is left" in html and "0 to 2" in html and "$4.90" in html
    press(client, paid, "refund", **units(paid, 1), shipping="on", reason="Scratched")
    refund = Refund.objects.get()
    assert (refund.amount, refund.shipping, refund.author.email) == (1299 + 490, 490, "finance@shop.example")
    html = dialog(client, paid, "refund")
    assert "$12.99 is left" in html and "0 to 1" in html and "$4.90" not in html


def test_items_and_an_amount_at_once_are_refused(staff, paid):
    answer = press(staff("finance"), paid, "refund", **units(paid, 1), amount="5", reason="both")
    assert "not both" in answer.content.decode() and not Refund.objects.exists()


def test_nothing_chosen_gives_back_all_that_is_left(staff, paid):
    press(staff("finance"), paid, "refund", reason="all")
    assert Refund.objects.get().amount == paid.total and paid.lines.get().refunded == 2


@pytest.fixture
def request_(paid) -> ReturnRequest:
    fulfil_order(order=paid, now=clock.now())
    return request_return(order=paid, quantities={"LAMP-S": 2}, reason="Too bright", now=clock.now())


def step(client, request: ReturnRequest, button: str, **fields):
    return client.post(f"/admin/orders/returnrequest/{request.pk}/{button}/", {**SUBMITTED, **fields})


def seen(client, request: ReturnRequest) -> str:
    return client.get(f"/admin/orders/returnrequest/{request.pk}/change/").content.decode()


def test_a_return_is_approved_received_in_part_and_refunded(staff, request_):
    client, part = staff("orders"), request_.lines.get()
    assert "Too bright" in seen(client, request_)
    step(client, request_, "approve")
    came = {f"came_{part.pk}": 1, f"condition_{part.pk}": "opened", f"restock_{part.pk}": "on"}
    step(client, request_, "receive", **came)
    part.refresh_from_db()
    assert (part.received, part.restocked, part.condition) == (1, 1, "opened")
    assert step(client, request_, "refund").status_code == 403
    step(staff("finance"), request_, "refund", shipping="on")
    assert Refund.objects.get().amount == 1299 + 490
    request_.refresh_from_db()
    assert request_.status == "refunded"
    authors = OrderNote.objects.filter(text__startswith="Return ").values_list("author__email", flat=True)
    assert list(authors) == [None, "orders@shop.example", "orders@shop.example"]
    assert LogEntry.objects.filter(change_message__contains="Refunded $17.89.").exists()


def test_a_return_is_declined_with_a_reason(staff, request_):
    client = staff("support")
    assert "This field is required" in step(client, request_, "decline", answer=" ").content.decode()
    step(client, request_, "decline", answer="Worn")
    request_.refresh_from_db()
    assert (request_.status, request_.answer) == ("declined", "Worn")
    assert not [
        b for b in ("approve", "receive", "refund", "decline") if f"/{request_.pk}/{b}" in seen(client, request_)
    ]


def test_a_step_that_lost_its_race_is_said(staff, request_):
    client = staff("orders")
    step(client, request_, "approve")
    step(client, request_, "approve")
    assert "This return is approved by now" in seen(client, request_)
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("role", ["", "catalog", "analyst"])
def test_who_does_not_work_with_orders_sees_no_returns(staff, request_, role):
    client = staff(role)
    assert client.get("/admin/orders/returnrequest/").status_code == 403
    assert step(client, request_, "approve").status_code == 403


@pytest.mark.parametrize(
    "query", ["", "?status__exact=requested", "?q=SC-TEST0001", "?q=999999999999999999999", "?q=%00"]
)
def test_the_list_of_returns_is_searched_and_filtered(staff, request_, query):
    answer = staff("finance").get(f"/admin/orders/returnrequest/{query}")
    assert answer.status_code == 200
    assert ("2 × LAMP-S" in answer.content.decode()) == ("999" not in query)


def test_a_return_leads_to_its_order(staff, request_):
    html = staff("support").get(f"/admin/orders/returnrequest/{request_.pk}/change/").content.decode()
    assert f'href="{page(request_.order)}">{request_.order.number}</a>' in html
