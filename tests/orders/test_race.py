"""The last units under a rush: real connections, real commits, counted in the stores at rest.

Each race has a control without its guard, which must oversell: a race that cannot be lost proves nothing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from orders import queries, stock
from orders.models import Order, OrderLine, Payment, StockLevel, StockMovement
from orders.stock import OutOfStock
from shopcloud.lib import guards
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.goods import NOW, cart_of, on_sale, order

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS, UNITS, AT_ONCE = 50, 7, 10


def rush(buy, jobs: list) -> list:
    """Run `buy(job)` for all jobs, AT_ONCE side by side; the answers, an exception for each that was refused."""
    start = threading.Barrier(AT_ONCE, timeout=20)

    def one(job):
        try:
            if job[0] < AT_ONCE:
                start.wait()
            return buy(job[1])
        except (OutOfStock, IntegrityError) as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, enumerate(jobs)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fifty_buyers_for_seven_units_make_exactly_seven_orders(seed):
    lamp = on_sale(units=UNITS)
    carts = [cart_of((lamp, 1)) for _ in range(BUYERS)]
    answers = rush(order, carts)
    placed = [answer for answer in answers if isinstance(answer, Order)]
    refused = [answer for answer in answers if isinstance(answer, OutOfStock)]
    assert (len(placed), len(refused)) == (UNITS, BUYERS - UNITS)
    level = StockLevel.objects.get(sku="LAMP-S")
    assert (level.on_hand, level.reserved) == (UNITS, UNITS)
    rows = [model.objects.count() for model in (Order, OrderLine, Payment)]
    assert rows == [UNITS] * 3
    assert StockMovement.objects.filter(reason="reserved").count() == UNITS
    assert OutboxEvent.objects.filter(event_name="OrderPlaced").count() == UNITS
    sold_out = OutboxEvent.objects.filter(event_name="AvailabilityChanged", payload__in_stock=False)
    assert sold_out.count() == 1


def _reserve_one(number: str) -> str:
    with transaction.atomic():
        stock.reserve(order_number=number, quantities={"LAMP-S": 1}, titles={}, now=NOW)
    return number


@pytest.fixture
def without_check():
    """The shelf without the constraint that would stop the control run."""
    name = "stock_never_oversold"
    check = next(c for c in StockLevel._meta.constraints if c.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(StockLevel, check)
    yield
    StockLevel.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(StockLevel, check)


def test_control_without_the_guard_the_check_in_the_database_refuses():
    on_sale(units=UNITS)
    with guards.removed("stock.reserve"):
        answers = rush(_reserve_one, [f"SC-{n}" for n in range(BUYERS)])
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == BUYERS - UNITS
    assert StockLevel.objects.get(sku="LAMP-S").available == 0


def test_control_without_guard_and_check_the_shop_oversells(without_check):
    on_sale(units=UNITS)
    with guards.removed("stock.reserve"):
        answers = rush(_reserve_one, [f"SC-{n}" for n in range(BUYERS)])
    assert sum(isinstance(answer, str) for answer in answers) == BUYERS
    assert StockLevel.objects.get(sku="LAMP-S").available == UNITS - BUYERS


def test_one_cart_sent_from_ten_tabs_at_once_is_one_order():
    cart_id = cart_of((on_sale(units=UNITS), 2))
    version = queries.cart(cart_id).version
    answers = rush(lambda _tab: order(cart_id, cart_version=version), list(range(10)))
    assert {answer.number for answer in answers} == {Order.objects.get().number}
    assert StockLevel.objects.get(sku="LAMP-S").available == UNITS - 2


def test_orders_sharing_items_in_any_order_never_deadlock():
    goods = [on_sale(sku, units=500) for sku in ("A", "B", "C", "D")]
    carts = [cart_of(*((item, 1) for item in (goods if n % 2 else goods[::-1]))) for n in range(40)]
    answers = rush(order, carts)
    assert all(isinstance(answer, Order) for answer in answers)
    assert {level.reserved for level in StockLevel.objects.all()} == {40}
