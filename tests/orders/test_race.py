"""The last units under a rush: real connections, real commits, counted in the stores at rest.

Each race has a control without its guard, which must oversell: a race that cannot be lost proves nothing.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, connections, transaction

from orders import queries, stock
from orders.models import Order, OrderLine, Payment, StockLevel, StockLocation, StockMovement
from orders.stock import NotReserved, NotSold, OutOfStock
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
        except (OutOfStock, NotReserved, NotSold, IntegrityError) as refusal:
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


@pytest.fixture
def two_places() -> list[StockLocation]:
    """Four units here, three there: the last orders of two units each are filled from both."""
    leeds = StockLocation.objects.create(code="leeds", name="Leeds", country="GB", priority=20)
    lamp = on_sale(units=4)
    stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=3, now=NOW, location=leeds)
    return [stock.main_location(), leeds]


def _reserve_two(number: str) -> str:
    with transaction.atomic():
        stock.reserve(order_number=number, quantities={"LAMP-S": 2}, titles={}, now=NOW)
    return number


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_orders_split_over_two_places_never_sell_a_unit_twice(two_places, seed):
    answers = rush(_reserve_two, [f"SC-{n}" for n in range(BUYERS)])
    assert sum(isinstance(answer, str) for answer in answers) == UNITS // 2
    assert sum(isinstance(answer, OutOfStock) for answer in answers) == BUYERS - UNITS // 2
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == 1
    balance = stock.stock_balance("LAMP-S")
    assert balance.is_balanced and balance.held == 6, balance


def test_control_without_the_guard_two_places_sell_what_they_do_not_have(two_places, without_check):
    with guards.removed("stock.reserve"):
        answers = rush(_reserve_two, [f"SC-{n}" for n in range(BUYERS)])
    assert sum(isinstance(answer, str) for answer in answers) == BUYERS
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == UNITS - 2 * BUYERS


def _settle_one(verb: str) -> str:
    with transaction.atomic():
        getattr(stock, verb)(order_number="SC-1", quantities={"LAMP-S": 2}, now=NOW)
    return verb


def _settle_at_once() -> list:
    _reserve_two("SC-1")
    return rush(_settle_one, ["sell", "release"] * 10)


def test_an_order_paid_and_called_off_at_once_is_settled_one_way(two_places):
    answers = _settle_at_once()
    assert sum(isinstance(answer, str) for answer in answers) == 10
    assert sum(isinstance(answer, NotReserved) for answer in answers) == 10
    balance = stock.stock_balance("LAMP-S")
    assert balance.is_balanced and balance.reserved == 0 and balance.sold in {0, 2}, balance


def test_control_without_the_guards_an_order_is_settled_both_ways(two_places):
    with guards.removed("stock.sell"), guards.removed("stock.release"):
        answers = _settle_at_once()
    # The CHECK on the level stands in the way of all but the first.
    assert any(isinstance(answer, IntegrityError) for answer in answers)


def _bring_back(_n: int) -> bool:
    with transaction.atomic():
        stock.take_back(order_number="SC-1", quantities={"LAMP-S": 1}, now=NOW)
    return True


def _return_at_once() -> list:
    _reserve_two("SC-1")
    _settle_one("sell")
    return rush(_bring_back, list(range(20)))


def test_two_sold_units_come_back_twice_however_often_it_is_asked(two_places):
    answers = _return_at_once()
    assert answers.count(True) == 2
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == UNITS
    assert stock.stock_balance("LAMP-S").is_balanced


def test_control_without_the_guard_the_check_on_the_reservation_refuses(two_places):
    with guards.removed("stock.take_back"):
        answers = _return_at_once()
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 18


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
