"""Number and email bring a guest back to an order, and tell a stranger nothing."""

import pytest
from django.core import mail as mailbox

from orders import handlers, tasks
from orders.models import Order
from orders.services.look_up_order import PER_CLIENT, PER_NUMBER, TooManyLookups, look_up_order, spelled
from shopcloud.lib import events
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.payments.sale import place

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(monkeypatch):
    """Runs what was recorded, as the relay and the mail worker would; twice, as both may."""

    monkeypatch.setattr(tasks.send_order_mail, "delay", tasks.send_order_mail)

    def run() -> list:
        for row in OutboxEvent.objects.filter(event_name="OrderLookedUp"):
            for _ in range(2):
                handlers.mail_order_link(events.load(row.event_name, row.payload))
        return mailbox.outbox

    return run


def ask(order: Order, *, email: str = "mara@example.com", client: str = "10.0.0.1") -> None:
    look_up_order(number=order.number, email=email, client=client)


def test_the_link_goes_to_the_orders_own_mailbox(delivered):
    order = place()
    ask(order, email=" Mara@Example.com ")
    (message,) = delivered()
    assert message.to == ["mara@example.com"]
    assert f"/orders/{order.number}/?key={order.access_token}" in message.body


def test_a_second_wish_brings_a_second_mail(delivered):
    order = place()
    ask(order)
    ask(order)
    assert len(delivered()) == 2


@pytest.mark.parametrize(("number", "email"), [("SC-TEST0001", "eve@example.com"), ("SC-NOTHING1", "mara@example.com")])
def test_another_email_or_number_brings_nothing_but_the_same_answer(delivered, number, email):
    place()
    look_up_order(number=number, email=email, client="10.0.0.1")
    assert delivered() == []


def test_no_address_is_kept_in_the_event():
    ask(place())
    assert "mara" not in str(OutboxEvent.objects.get(event_name="OrderLookedUp").payload)


def test_an_existing_order_costs_the_same_statements_as_none(django_assert_num_queries):
    order = place()
    for number in (order.number, "SC-NOTHING1"):
        with django_assert_num_queries(1):
            look_up_order(number=number, email="mara@example.com", client="10.0.0.1")


def test_a_number_is_asked_for_a_few_times_by_whoever_it_is():
    order = place()
    for n in range(PER_NUMBER["most"]):
        ask(order, client=f"10.0.0.{n}")
    with pytest.raises(TooManyLookups):
        ask(order, client="10.0.1.1")
    look_up_order(number="SC-OTHER001", email="mara@example.com", client="10.0.1.1")


def test_a_client_tries_a_few_numbers_and_no_more():
    for n in range(PER_CLIENT["most"]):
        look_up_order(number=f"SC-{n:08}", email="mara@example.com", client="10.0.0.9")
    with pytest.raises(TooManyLookups):
        look_up_order(number="SC-99999999", email="mara@example.com", client="10.0.0.9")


@pytest.mark.parametrize("typed", ["SC-7K3F92Q1", "sc-7k3f92qi", " 7K3F 92QL ", "Sc7K3F-92Q1"])
def test_a_number_may_be_typed_in_any_way(typed):
    assert spelled(typed) == "SC-7K3F92Q1"
