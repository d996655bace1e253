"""A return from the wish to the money: each step once, counted on the lines."""

from datetime import timedelta

import pytest

from orders import stock
from orders.models import Order, OrderNote, Refund, ReturnRequest
from orders.payments.gateway import RefundOutcome
from orders.payments.sandbox_gateway import SandboxGateway
from orders.services.answer_return import ReturnMoved, approve_return, decline_return
from orders.services.fulfil_order import fulfil_order, send_items
from orders.services.pay_order import start_payment
from orders.services.receive_return import Arrived, BadArrival, receive_return
from orders.services.refund_items import refund_items
from orders.services.refund_return import refund_return
from orders.services.request_return import CannotReturn, CannotWithdraw, request_return, withdraw_return
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import NOW, RETURN_URL, place

pytestmark = pytest.mark.django_db(transaction=True)
LAMP = "LAMP-S"
REFUSED = RefundOutcome(status=Refund.Status.FAILED, failure="no")


@pytest.fixture
def sent() -> Order:
    """Two lamps, paid and sent at NOW."""
    order = place()
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    fulfil_order(order=order, now=NOW)
    order.refresh_from_db()
    return order


def ask(order: Order, quantity: int = 1, **more) -> ReturnRequest:
    return request_return(order=order, quantities={LAMP: quantity}, **{"now": NOW, **more})


def approved(order: Order, quantity: int = 1) -> ReturnRequest:
    return approve_return(request=ask(order, quantity), now=NOW)


def received(order: Order, quantity: int = 1, **arrived) -> ReturnRequest:
    return receive_return(request=approved(order, quantity), arrived={LAMP: Arrived(quantity, **arrived)}, now=NOW)


def units(order: Order) -> tuple[int, int, int]:
    line = order.lines.get(sku=LAMP)
    return line.return_asked, line.returned, line.refunded


def available() -> int:
    return stock.levels([LAMP])[LAMP].available


def events(name: str) -> int:
    return OutboxEvent.objects.filter(event_name=name).count()


def test_a_return_is_asked_for_approved_received_and_refunded(sent):
    before = available()
    request = ask(sent, 1, reason="Too bright", reasons={LAMP: "changed_mind"})
    assert request.status == "requested" and request.lines.get().reason == "changed_mind"
    approve_return(request=request, now=NOW)
    assert events("ReturnApproved") == 1
    receive_return(request=request, arrived={LAMP: Arrived(1, condition="opened")}, now=NOW)
    assert (available(), units(sent)) == (before + 1, (1, 1, 0))
    refund = refund_return(request=request, now=NOW)
    assert (refund.amount, refund.status, refund.return_request) == (1299, "succeeded", request)
    sent.refresh_from_db()
    assert (sent.status, sent.fulfilment_status) == ("fulfilled", "partially_returned")
    assert ReturnRequest.objects.get().status == "refunded" and units(sent) == (1, 1, 1)
    told = OrderNote.objects.filter(order=sent, for_customer=True).values_list("text", flat=True)
    assert list(told)[-4:] == ["Return requested", "Return approved", "Return received", "Refunded"]


def test_a_whole_order_that_came_back_is_returned_and_its_shipping_may_be_refunded(sent):
    refund = refund_return(request=received(sent, 2), shipping=True, now=NOW)
    assert refund.amount == sent.total
    sent.refresh_from_db()
    assert sent.fulfilment_status == "returned"
    assert sent.payments.get().status == "refunded"


def test_damaged_goods_do_not_go_back_on_the_shelf(sent):
    before = available()
    request = received(sent, 2, restock=False, condition="damaged")
    part = request.lines.get()
    assert (available(), part.received, part.restocked, part.condition) == (before, 2, 0, "damaged")


def test_of_two_announced_one_came_and_the_other_may_be_asked_back_again(sent):
    request = approved(sent, 2)
    receive_return(request=request, arrived={LAMP: Arrived(1)}, now=NOW)
    assert units(sent) == (1, 1, 0)
    assert refund_return(request=request, now=NOW).amount == 1299
    assert ask(sent, 1).status == "requested"


@pytest.mark.parametrize("arrived", [{}, {LAMP: Arrived(0)}, {LAMP: Arrived(3)}, {"MUG": Arrived(1)}])
def test_what_cannot_have_come_is_refused_and_the_return_waits_on(sent, arrived):
    request = approved(sent, 2)
    with pytest.raises(BadArrival):
        receive_return(request=request, arrived=arrived, now=NOW)
    assert ReturnRequest.objects.get().status == "approved" and units(sent) == (2, 0, 0)


def test_a_declined_return_frees_its_units_and_tells_the_customer(sent):
    request = decline_return(request=ask(sent, 2), answer="Used for weeks.", now=NOW)
    assert (request.answer, units(sent), events("ReturnDeclined")) == ("Used for weeks.", (0, 0, 0), 1)
    assert ask(sent, 2).status == "requested"


def test_a_customer_withdraws_until_the_goods_are_here(sent):
    request = withdraw_return(request=ask(sent), now=NOW)
    assert request.status == "withdrawn" and units(sent) == (0, 0, 0)
    withdraw_return(request=approved(sent), now=NOW)
    with pytest.raises(CannotWithdraw):
        withdraw_return(request=received(sent), now=NOW)
    assert units(sent) == (1, 1, 0)


STEPS = {
    "approve": lambda request: approve_return(request=request, now=NOW),
    "decline": lambda request: decline_return(request=request, answer="no", now=NOW),
    "receive": lambda request: receive_return(request=request, arrived={LAMP: Arrived(1)}, now=NOW),
    "refund": lambda request: refund_return(request=request, now=NOW),
}
ALLOWED = {
    "requested": {"approve", "decline"},
    "approved": {"decline", "receive"},
    "received": {"refund"},
    "declined": set(),
    "withdrawn": set(),
    "refunded": set(),
}


@pytest.mark.parametrize("status", ALLOWED)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_leads_on_from_where_it_may_begin_and_from_nowhere_else(sent, status, step):
    request = ask(sent)
    ReturnRequest.objects.update(status=status)
    request.lines.update(received=1 if status in ("received", "refunded") else None)
    if step in ALLOWED[status]:
        STEPS[step](request)
        return
    with pytest.raises(ReturnMoved):
        STEPS[step](request)
    assert ReturnRequest.objects.get().status == status and not Refund.objects.exists()


def test_the_time_to_return_runs_from_the_parcel(sent, settings):
    settings.RETURN_DAYS = 30
    assert ask(sent, 1, now=NOW + timedelta(days=30))
    with pytest.raises(CannotReturn, match="The time to return this item is over"):
        ask(sent, 1, now=NOW + timedelta(days=30, seconds=1))


def test_only_units_of_a_parcel_that_is_recent_enough_come_back():
    order = place()
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    later = NOW + timedelta(days=20)
    for at in (NOW, later):
        send_items(order=order, quantities={LAMP: 1}, now=at)
    with pytest.raises(CannotReturn, match="time to return"):
        ask(order, 2, now=later + timedelta(days=15))
    assert ask(order, 1, now=later + timedelta(days=15))


def test_units_of_a_first_parcel_may_come_back_while_the_rest_waits():
    order = place()
    start_payment(order=order, return_url=RETURN_URL, token="tok_ok", now=NOW)
    send_items(order=order, quantities={LAMP: 1}, now=NOW)
    with pytest.raises(CannotReturn, match="1 can still be returned"):
        ask(order, 2)
    receive_return(request=approved(order), arrived={LAMP: Arrived(1)}, now=NOW)
    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("paid", "partially_fulfilled")
    fulfil_order(order=order, now=NOW)
    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("fulfilled", "partially_returned")


def test_money_that_was_given_back_before_is_not_given_twice(sent):
    refund_items(order=sent, quantities={LAMP: 2}, reason="late", now=NOW)
    request = received(sent, 2)
    assert refund_return(request=request, now=NOW) is None
    assert ReturnRequest.objects.get().status == "refunded" and Refund.objects.count() == 1


def test_a_return_whose_refund_the_provider_refuses_waits_for_its_money_again(sent, monkeypatch):
    request = received(sent)
    with monkeypatch.context() as patch:
        patch.setattr(SandboxGateway, "refund", lambda self, refund: REFUSED)
        refund_return(request=request, now=NOW)
    assert ReturnRequest.objects.get().status == "received" and units(sent) == (1, 1, 0)
    assert refund_return(request=request, now=NOW).amount == 1299
