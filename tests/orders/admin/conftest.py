"""Staff by their role, and orders for them to work on."""

from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.migrations import RunPython
from django.test import Client

from accounts import migrations
from orders.models import Order
from orders.services.pay_order import start_payment
from shopcloud.lib import clock
from tests.orders.payments.sale import place


def grant_roles() -> None:
    """What the migrations of accounts gave the roles, once more."""
    for found in sorted(module.name for module in iter_modules(migrations.__path__)):
        module = import_module(f"accounts.migrations.{found}")
        if hasattr(module, "grant_roles"):
            module.grant_roles(apps)
            continue
        for step in module.Migration.operations:
            if isinstance(step, RunPython) and step.code.__module__ == "accounts.roles":
                step.code(apps, None)


@pytest.fixture
def staff(make_person):
    """A signed-in browser of somebody with one role: `staff("orders")`; `staff("")` has none."""

    def sign_in(role: str) -> Client:
        person = make_person(f"{role or 'nobody'}@shop.example", staff=True)
        if role:
            if not Group.objects.filter(name=role).exists():
                # A test that commits ends by emptying every table, also of what the migrations put there.
                grant_roles()
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
