"""Staff by their role, and orders for them to work on."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from orders.models import Order
from orders.services.pay_order import start_payment
from shopcloud.lib import clock
from tests.orders.payments.sale import place


@pytest.fixture
def staff(make_person):
    """A signed-in browser of somebody with one role: `staff("orders")`; `staff("")` has none."""

    def sign_in(role: str) -> Client:
        person = make_person(f"{role or 'nobody'}@shop.example", staff=True)
        if role:
            person.groups.add(Group.objects.get(name=role))
        client = Client(headers={"Sec-Fetch-Site": "same-origin"})
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def unpaid(db) -> Order:
    return place(placed_at=clock.now() - timedelta(minutes=5))


@pytest.fixture
def paid(unpaid) -> Order:
    start_payment(order=unpaid, return_url="http://testserver/", token="tok_ok", now=clock.now())
    unpaid.refresh_from_db()
    assert unpaid.status == Order.Status.PAID
    return unpaid
