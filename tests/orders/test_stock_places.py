"""Stock in several places: what an order takes from which, and books that balance whatever happens."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from orders import stock
from orders.models import StockItem, StockLevel, StockLocation, StockMovement, StockReservation
from orders.stock import BadStock, NotReserved, NotSold, OutOfStock
from shopcloud.lib.outbox import OutboxEvent

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def main() -> StockLocation:
    return stock.main_location()


@pytest.fixture
def leeds(main) -> StockLocation:
    """Comes after the main place."""
    return StockLocation.objects.create(code="leeds", name="Leeds", country="GB", priority=20)


def shelve(place: StockLocation, units: int, sku: str = "LAMP") -> None:
    stock.set_on_hand(sku=sku, product_id="lamp1", on_hand=units, now=NOW, location=place)


def reserve(units: int, number: str = "SC-1") -> None:
    with transaction.atomic():
        stock.reserve(order_number=number, quantities={"LAMP": units}, titles={"LAMP": "Opal lamp"}, now=NOW)


def taken(number: str = "SC-1") -> dict[str, int]:
    rows = StockReservation.objects.filter(order_number=number)
    return dict(rows.values_list("location__code", "quantity"))


def on_hand() -> dict[str, int]:
    return dict(StockLevel.objects.values_list("location__code", "on_hand"))


def available() -> int:
    return stock.levels(["LAMP"])["LAMP"].available


def test_what_can_be_bought_is_what_lies_in_all_places(main, leeds):
    shelve(main, 2)
    shelve(leeds, 5)
    assert available() == 7


def test_an_order_is_filled_from_the_first_place_that_has_enough(main, leeds):
    shelve(main, 2)
    shelve(leeds, 5)
    reserve(2, "SC-1")
    assert taken("SC-1") == {"main": 2}
    reserve(2, "SC-2")
    assert taken("SC-2") == {"leeds": 2}


def test_one_place_that_has_all_is_preferred_to_two_that_have_some(main, leeds):
    shelve(main, 2)
    shelve(leeds, 5)
    reserve(4)
    assert taken() == {"leeds": 4}


def test_an_order_that_no_place_can_fill_alone_is_filled_from_several(main, leeds):
    shelve(main, 3)
    shelve(leeds, 5)
    reserve(7)
    assert taken() == {"main": 3, "leeds": 4}
    assert available() == 1


def test_more_than_all_places_have_is_refused_and_nothing_is_kept(main, leeds):
    shelve(main, 3)
    shelve(leeds, 5)
    with pytest.raises(OutOfStock) as refused:
        reserve(9)
    assert refused.value.available == 8
    assert not StockReservation.objects.exists() and available() == 8


def test_a_place_that_is_not_in_use_sells_nothing(main, leeds):
    shelve(main, 1)
    shelve(leeds, 5)
    StockLocation.objects.filter(code="leeds").update(is_active=False)
    assert available() == 1
    with pytest.raises(OutOfStock):
        reserve(2)


def test_units_go_back_where_they_came_from(main, leeds):
    shelve(main, 3)
    shelve(leeds, 5)
    reserve(7)
    stock.release(order_number="SC-1", quantities={"LAMP": 7}, now=NOW)
    stock.release(order_number="SC-1", quantities={"LAMP": 7}, now=NOW)
    assert available() == 8
    assert set(StockReservation.objects.values_list("state", flat=True)) == {"released"}


def test_an_order_is_settled_one_way_and_once(main):
    shelve(main, 5)
    reserve(2)
    for _again in range(2):
        stock.sell(order_number="SC-1", quantities={"LAMP": 2}, now=NOW)
    assert on_hand() == {"main": 3}
    with pytest.raises(NotReserved), transaction.atomic():
        stock.release(order_number="SC-1", quantities={"LAMP": 2}, now=NOW)
    with pytest.raises(NotReserved):
        stock.sell(order_number="SC-2", quantities={"LAMP": 1}, now=NOW)
    assert available() == 3


def test_an_order_reserves_once(main):
    shelve(main, 5)
    reserve(2)
    with pytest.raises(IntegrityError):
        reserve(1)
    assert available() == 3


def test_sold_units_come_back_in_parts_and_never_more_than_were_sold(main, leeds):
    shelve(main, 3)
    shelve(leeds, 5)
    reserve(7)
    stock.sell(order_number="SC-1", quantities={"LAMP": 7}, now=NOW)
    assert on_hand() == {"main": 0, "leeds": 1}
    stock.take_back(order_number="SC-1", quantities={"LAMP": 4}, now=NOW)
    assert on_hand() == {"main": 3, "leeds": 2}
    stock.take_back(order_number="SC-1", quantities={"LAMP": 2}, now=NOW, location=main)
    assert on_hand() == {"main": 5, "leeds": 2}
    for too_many in (2, 7):
        with pytest.raises(NotSold):
            stock.take_back(order_number="SC-1", quantities={"LAMP": too_many}, now=NOW)
    stock.take_back(order_number="SC-1", quantities={"LAMP": 1}, now=NOW)
    assert available() == 8 and stock.stock_balance("LAMP").is_balanced


def test_a_return_may_go_to_a_place_that_never_had_the_sku(main, leeds):
    shelve(main, 1)
    reserve(1)
    stock.sell(order_number="SC-1", quantities={"LAMP": 1}, now=NOW)
    stock.take_back(order_number="SC-1", quantities={"LAMP": 1}, now=NOW, location=leeds)
    assert on_hand() == {"main": 0, "leeds": 1}


def test_goods_are_carried_from_one_place_to_another_and_nobody_hears_of_it(main, leeds, admin_person):
    shelve(main, 6)
    heard = OutboxEvent.objects.count()
    stock.transfer(sku="LAMP", quantity=4, source=main, target=leeds, now=NOW, author=admin_person, note="Van 2")
    assert on_hand() == {"main": 2, "leeds": 4} and available() == 6
    moved = StockMovement.objects.filter(reason="transferred").values_list("quantity", "author", "note")
    assert sorted(moved) == [(-4, admin_person.pk, "Van 2"), (4, admin_person.pk, "Van 2")]
    assert OutboxEvent.objects.count() == heard and stock.stock_balance("LAMP").is_balanced


def test_what_buyers_were_promised_is_not_carried_away(main, leeds):
    shelve(main, 6)
    reserve(4)
    with pytest.raises(BadStock, match="not promised"):
        stock.transfer(sku="LAMP", quantity=3, source=main, target=leeds, now=NOW)
    assert not StockMovement.objects.filter(reason="transferred").exists()


def test_staff_hear_once_that_a_sku_runs_low(main, leeds):
    shelve(main, 4)
    shelve(leeds, 2)
    for n in range(5):
        reserve(1, f"SC-{n}")
    low = OutboxEvent.objects.filter(event_name="LowStock")
    assert [e.payload["available"] for e in low] == [3]
    assert StockItem.objects.get().low_since == NOW
    stock.receive(sku="LAMP", quantity=10, now=NOW)
    assert StockItem.objects.get().low_since is None
    reserve(9, "SC-9")
    assert low.all().count() == 2


def test_the_books_show_what_was_moved_past_them(main):
    shelve(main, 6)
    reserve(2)
    assert stock.unbalanced() == []
    StockLevel.objects.update(on_hand=5)
    assert [str(b) for b in stock.unbalanced()] == [
        "LAMP: 3 available + 2 reserved + 0 sold - 0 returned = 5; 0 received + 6 corrected"
    ]
