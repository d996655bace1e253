"""Stock moves by one statement, keeps its ledger, and tells those who look at it."""

import json
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.db.models import Sum

from orders import stock
from orders.models import StockLevel, StockMovement
from orders.stock import BadStock, NotReserved, OutOfStock, UnknownStock
from shopcloud.lib import redis
from shopcloud.lib.outbox import OutboxEvent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


def on_the_shelf(sku: str, units: int) -> None:
    stock.set_on_hand(sku=sku, product_id="p" + sku.lower(), on_hand=units, now=NOW)


def reserve(quantities: dict[str, int], number: str = "SC-1") -> None:
    with transaction.atomic():
        stock.reserve(order_number=number, quantities=quantities, titles={"LAMP": "Opal lamp"}, now=NOW)


def available(sku: str) -> int:
    return StockLevel.objects.get(sku=sku).available


def told() -> list[tuple[str, bool]]:
    events = OutboxEvent.objects.filter(event_name="AvailabilityChanged").order_by("pk")
    return [(e.payload["sku"], e.payload["in_stock"]) for e in events]


def pushed(sku: str) -> int:
    return json.loads(redis.store().get(redis.key("last", f"stock:{sku}")))["available"]


def test_reserving_takes_from_what_is_available_and_not_from_the_shelf():
    on_the_shelf("LAMP", 5)
    reserve({"LAMP": 2})
    level = StockLevel.objects.get(sku="LAMP")
    assert (level.on_hand, level.reserved, level.available) == (5, 2, 3)


def test_losing_the_last_unit_names_the_title_and_what_is_left():
    on_the_shelf("LAMP", 2)
    with pytest.raises(OutOfStock, match="Only 2 of Opal lamp left") as refused:
        reserve({"LAMP": 3})
    assert refused.value.available == 2
    assert available("LAMP") == 2


def test_an_order_gets_all_of_its_items_or_none():
    on_the_shelf("LAMP", 5)
    on_the_shelf("MUG", 0)
    with pytest.raises(OutOfStock):
        reserve({"LAMP": 1, "MUG": 1})
    assert available("LAMP") == 5
    assert not StockMovement.objects.filter(reason="reserved").exists()


def test_a_physical_item_that_never_came_in_is_sold_out():
    with pytest.raises(OutOfStock, match="Opal lamp just sold out"):
        reserve({"LAMP": 1})


def test_selling_what_was_reserved_empties_the_shelf_and_leaves_availability():
    on_the_shelf("LAMP", 5)
    reserve({"LAMP": 2})
    stock.sell(order_number="SC-1", quantities={"LAMP": 2}, now=NOW)
    level = StockLevel.objects.get(sku="LAMP")
    assert (level.on_hand, level.reserved) == (3, 0)


def test_an_orders_units_are_released_once_only():
    on_the_shelf("LAMP", 5)
    reserve({"LAMP": 2})
    stock.release(order_number="SC-1", quantities={"LAMP": 2}, now=NOW)
    stock.release(order_number="SC-1", quantities={"LAMP": 2}, now=NOW)
    with pytest.raises(NotReserved):
        stock.sell(order_number="SC-1", quantities={"LAMP": 2}, now=NOW)
    assert available("LAMP") == 5


def test_the_shop_hears_when_a_sku_sells_out_and_when_it_is_back_but_not_in_between():
    on_the_shelf("LAMP", 3)
    reserve({"LAMP": 1}, "SC-1")
    reserve({"LAMP": 2}, "SC-2")
    stock.release(order_number="SC-2", quantities={"LAMP": 2}, now=NOW)
    stock.receive(sku="LAMP", quantity=4, now=NOW)
    assert told() == [("LAMP", True), ("LAMP", False), ("LAMP", True)]


def test_a_sku_first_counted_as_zero_is_told_as_sold_out():
    on_the_shelf("LAMP", 0)
    assert told() == [("LAMP", False)]


def test_open_pages_hear_the_figure_after_the_sale_is_committed():
    on_the_shelf("LAMP", 3)
    assert pushed("LAMP") == 3
    with transaction.atomic():
        stock.reserve(order_number="SC-1", quantities={"LAMP": 3}, titles={}, now=NOW)
        assert pushed("LAMP") == 3
    assert pushed("LAMP") == 0


def test_a_sale_that_is_rolled_back_is_pushed_to_nobody():
    on_the_shelf("LAMP", 3)
    with pytest.raises(RuntimeError), transaction.atomic():
        stock.reserve(order_number="SC-1", quantities={"LAMP": 3}, titles={}, now=NOW)
        raise RuntimeError("the buyer's connection broke")
    assert pushed("LAMP") == 3


def test_a_count_below_what_buyers_were_promised_is_refused():
    on_the_shelf("LAMP", 5)
    reserve({"LAMP": 4})
    with pytest.raises(BadStock, match="4 are promised"):
        on_the_shelf("LAMP", 3)
    with pytest.raises(BadStock):
        on_the_shelf("LAMP", -1)


def test_only_a_known_sku_can_receive_and_only_a_sane_quantity():
    with pytest.raises(UnknownStock, match="set_on_hand"):
        stock.receive(sku="LAMP", quantity=1, now=NOW)
    on_the_shelf("LAMP", 1)
    for quantity in (0, -1, 10**9):
        with pytest.raises(BadStock):
            stock.receive(sku="LAMP", quantity=quantity, now=NOW)


def test_the_ledger_explains_every_level():
    on_the_shelf("LAMP", 10)
    reserve({"LAMP": 3}, "SC-1")
    reserve({"LAMP": 2}, "SC-2")
    stock.sell(order_number="SC-1", quantities={"LAMP": 3}, now=NOW)
    stock.release(order_number="SC-2", quantities={"LAMP": 2}, now=NOW)
    stock.take_back(order_number="SC-1", quantities={"LAMP": 1}, now=NOW)
    on_the_shelf("LAMP", 7)
    moved = dict(StockMovement.objects.values_list("reason").annotate(Sum("quantity")))
    level = StockLevel.objects.get(sku="LAMP")
    assert level.on_hand == moved["corrected"] + moved["returned"] - moved["sold"] == 7
    assert level.reserved == moved["reserved"] - moved["released"] - moved["sold"] == 0
