"""Claims: a zone never gets more methods than buyers are shown, however many staff add one at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from orders.admin import shipping
from orders.models import ShippingMethod, ShippingZone

pytestmark = pytest.mark.django_db(transaction=True)
ADD = "/admin/orders/shippingmethod/add/"


@pytest.fixture
def zone(monkeypatch) -> ShippingZone:
    """With room for one more method."""
    zone = ShippingZone.objects.create(name="Hawaii", market="us", countries=["US"], postal_prefixes=["967"])
    ShippingMethod.objects.create(zone=zone, code="boat", name="Boat")
    monkeypatch.setattr(ShippingMethod, "MOST", 2)
    return zone


@pytest.fixture
def both_look(monkeypatch) -> threading.Barrier:
    """Nobody saves before both have found room, or before it is clear that the other waits."""
    looked, clean = threading.Barrier(2), ShippingMethod.clean

    def slow(method: ShippingMethod) -> None:
        clean(method)
        try:
            looked.wait(0.7)
        except threading.BrokenBarrierError:
            return

    monkeypatch.setattr(ShippingMethod, "clean", slow)
    return looked


def method_form(zone: ShippingZone, code: str) -> dict[str, object]:
    told = {"zone": zone.pk, "code": code, "name": code, "days_min": 1, "days_max": 2, "position": 1}
    return told | {"rates-TOTAL_FORMS": 0, "rates-INITIAL_FORMS": 0}


def added_at_once(browsers: list[Client], zone: ShippingZone) -> list[int]:
    def add(browser: Client, code: str) -> int:
        try:
            return browser.post(ADD, method_form(zone, code)).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as people:
        return sorted(people.map(add, browsers, ("plane", "raft")))


def test_two_who_add_the_last_method_at_once_add_one(staff, make_person, zone, both_look):
    first = staff("orders")
    second = Client(headers={"Sec-Fetch-Site": "same-origin"})
    second.cookies = first.cookies.copy()
    assert added_at_once([first, second], zone) == [200, 302]
    assert zone.methods.count() == ShippingMethod.MOST
    assert both_look.broken, "the second looked only after the first had saved"


def test_without_the_lock_they_add_one_too_many(staff, zone, both_look, monkeypatch):
    monkeypatch.setattr(shipping, "_wait_for_others", lambda: None)
    first = staff("orders")
    second = Client(headers={"Sec-Fetch-Site": "same-origin"})
    second.cookies = first.cookies.copy()
    assert added_at_once([first, second], zone) == [302, 302]
    assert zone.methods.count() == ShippingMethod.MOST + 1


@pytest.mark.parametrize(("rows", "status", "methods"), [(1, 302, 2), (2, 200, 1)])
def test_two_on_one_page_are_counted_together(staff, zone, monkeypatch, rows: int, status: int, methods: int):
    monkeypatch.setattr(shipping.MethodInline, "max_num", 2)
    kept = zone.methods.get()
    known = {"methods-0-id": kept.pk, "methods-0-zone": zone.pk, "methods-0-code": "boat", "methods-0-name": "Boat"}
    form = {"name": "Hawaii", "market": "us", "countries": "US", "postal_prefixes": "967", **known}
    for number in range(1, rows + 1):
        form |= {f"methods-{number}-{name}": f"way-{number}" for name in ("code", "name")}
    for number in range(rows + 1):
        form |= {f"methods-{number}-{name}": "1" for name in ("days_min", "days_max", "position")}
    form |= {"methods-TOTAL_FORMS": rows + 1, "methods-INITIAL_FORMS": 1}
    answer = staff("orders").post(f"/admin/orders/shippingzone/{zone.pk}/change/", form)
    assert (answer.status_code, zone.methods.count()) == (status, methods)
    assert status == 302 or "submit at most 2 forms" in answer.content.decode()
