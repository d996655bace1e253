"""A task runs in the home of whoever asked for it; events of the catalog reach people of every home."""

from types import SimpleNamespace

import pytest
from celery import shared_task

from accounts.models import User
from accounts.notifications.models import Notification
from catalog.events import CategoryMoveAsked, PriceLowered
from orders import stock
from orders.models import Promotion
from orders.services import wishlist
from orders.wishes.wish import Holder
from shopcloud.lib import clock, outbox, residency, task_homes
from shopcloud.markets import US
from shopcloud.subscriptions import HANDLERS
from shopcloud.wiring import tasks
from tests.orders.goods import NOW, on_sale
from tests.residency.conftest import EU
from tests.residency.people import resident

Scope = Promotion.Scope
pytestmark = pytest.mark.django_db(databases=["default", EU])


def sent_along() -> dict:
    """The headers of a message published now."""
    headers: dict = {}
    task_homes._send_along(headers=headers)
    return headers


def run_by_a_worker(work, headers: dict):
    """As a worker does: the message's headers become the request's, and the signals stand around the work."""
    task = SimpleNamespace(request=SimpleNamespace(is_eager=False, called_directly=False, **headers))
    task_homes._enter(task=task)
    try:
        return work()
    finally:
        task_homes._leave(task=task)


@pytest.mark.parametrize("home", ["us", "eu"])
def test_a_task_runs_in_the_home_it_was_asked_for_in(home):
    resident("eva@example.com", "eu")
    resident("ann@example.com", "us")
    with residency.within(home):
        headers = sent_along()
    found = run_by_a_worker(lambda: list(User.objects.values_list("home_region", flat=True)), headers)
    assert found == [home]
    assert residency.region() == "us"


def test_a_worker_takes_up_the_next_task_in_its_own_region():
    with residency.within("eu"):
        headers = sent_along()
    run_by_a_worker(lambda: None, headers)
    assert run_by_a_worker(residency.region, {}) == "us"


def test_celery_carries_the_home_in_the_message(monkeypatch):
    """Not by our own hands: the task's message, as Celery makes it."""
    sent: list[dict] = []

    @shared_task(name="tests.residency.nothing")
    def nothing() -> None: ...

    task_homes.install()
    monkeypatch.setattr(
        "kombu.messaging.Producer.publish", lambda _self, _body, headers=None, **_: sent.append(headers or {})
    )
    with residency.within("eu"):
        nothing.delay()
    assert sent[0]["home"] == "eu"


def test_a_relay_delivers_its_own_region_alone():
    lit: list = []
    with residency.within("eu"):
        outbox.record(CategoryMoveAsked(move_id=0, old="a", new="b"))
    listeners = {CategoryMoveAsked: [lit.append]}
    assert outbox.relay(subscriptions=listeners, now=clock.now()) == 0
    with residency.within("eu"):
        assert outbox.relay(subscriptions=listeners, now=clock.now()) == 1
    assert len(lit) == 1


def test_a_category_that_moves_takes_the_offers_of_every_region_along():
    for home in ("us", "eu"):
        with residency.within(home):
            Promotion.objects.create(name="Lamps", percent=10, scope=Scope.CATEGORIES, targets=["lighting"])
    HANDLERS[CategoryMoveAsked][0](CategoryMoveAsked(move_id=0, old="lighting", new="home/lighting"))
    for home in ("us", "eu"):
        with residency.within(home):
            assert Promotion.objects.get().targets == ["lighting", "home/lighting"]


def test_a_lower_price_is_told_to_those_who_wait_in_every_region(monkeypatch):
    monkeypatch.setattr(tasks.tell_of_price_drop, "delay", tasks.tell_of_price_drop)
    lamp = on_sale(units=5)
    for email, home in (("ann@example.com", "us"), ("eva@example.com", "eu")):
        person = resident(email, home)
        with residency.within(home):
            wishlist.add_wish(holder=Holder(person.pk), product_id=lamp.product_id, sku="LAMP-S", market=US, now=NOW)
    told = PriceLowered(
        product_id=lamp.product_id, slug=lamp.slug, titles={"en": lamp.title}, day="2026-11-20",
        skus={"LAMP-S": {"USD": [4999, 3999], "EUR": [4999, 3999]}}, lowest={},
    )  # fmt: skip
    HANDLERS[PriceLowered][0](told)
    for home in ("us", "eu"):
        with residency.within(home):
            assert Notification.objects.count() == 1


def test_a_sku_is_shown_as_long_as_one_region_has_it():
    from catalog.domain import Freshness
    from catalog.queries import products_by_id
    from orders.events import AvailabilityChanged
    from shopcloud.wiring.catalog_handlers import show_availability

    lamp = on_sale(units=0)
    sold_out = AvailabilityChanged(product_id=lamp.product_id, sku="LAMP-S", in_stock=False, at="")

    def is_shown() -> bool:
        show_availability(sold_out)
        found = products_by_id([lamp.product_id], freshness=Freshness.STRONG)[lamp.product_id]
        return found.variants[0].in_stock

    with residency.within("eu"):
        stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=3, now=NOW)
    assert is_shown()
    with residency.within("eu"):
        stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=0, now=NOW)
    assert not is_shown()
