from datetime import UTC, datetime

import pytest

from orders.models import StockLevel, StockMovement
from orders.services.open_stock import FirstCount, open_stock
from orders.stock import BadStock, set_on_hand
from shopcloud.lib.outbox import OutboxEvent

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def count(sku: str, on_hand: int, shown: bool = True) -> FirstCount:
    return FirstCount(sku, "p1", on_hand, shown)


def test_missing_levels_are_made_with_their_ledger():
    assert open_stock(counts=[count("A", 5), count("B", 0, False)], now=NOW) == 2
    assert StockLevel.objects.get(sku="A").on_hand == 5
    assert StockMovement.objects.get(sku="A").quantity == 5
    assert not StockMovement.objects.filter(sku="B").exists()


def test_a_level_that_exists_is_never_overwritten():
    set_on_hand(sku="A", product_id="p1", on_hand=2, now=NOW)
    assert open_stock(counts=[count("A", 5), count("B", 1)], now=NOW) == 1
    assert StockLevel.objects.get(sku="A").on_hand == 2


def test_the_catalog_hears_only_where_it_shows_the_wrong_thing():
    open_stock(counts=[count("A", 5), count("B", 0), count("C", 0, False), count("D", 1, False)], now=NOW)
    told = OutboxEvent.objects.filter(event_name="AvailabilityChanged").values_list("payload__sku", flat=True)
    assert sorted(told) == ["B", "D"]


@pytest.mark.parametrize("wrong", [-1, 10**9])
def test_an_impossible_count_makes_no_level_at_all(wrong):
    with pytest.raises(BadStock):
        open_stock(counts=[count("A", 5), count("B", wrong)], now=NOW)
    assert not StockLevel.objects.filter(sku="A").exists()
