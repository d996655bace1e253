"""Stock in the admin: what was counted is entered, what was promised is kept."""

import pytest
from django.contrib.admin.models import LogEntry

from orders import stock
from orders.models import StockLevel, StockMovement
from shopcloud.lib import clock

pytestmark = pytest.mark.django_db
PAGE = "/admin/orders/stocklevel/LAMP-S/change/"


@pytest.fixture
def lamp(db):
    stock.set_on_hand(sku="LAMP-S", product_id="lamps", on_hand=10, now=clock.now())
    StockLevel.objects.filter(sku="LAMP-S").update(reserved=4)


def level() -> tuple[int, int, int]:
    row = StockLevel.objects.get(sku="LAMP-S")
    return row.on_hand, row.reserved, row.low_at


def test_a_count_is_entered_and_leaves_its_trace(staff, lamp):
    answer = staff("catalog").post(PAGE, {"on_hand": "25", "low_at": "6"})
    assert answer.status_code == 302
    assert level() == (25, 4, 6)
    assert StockMovement.objects.filter(sku="LAMP-S", reason="corrected", quantity=15).exists()
    assert LogEntry.objects.filter(object_id="LAMP-S").count() == 1


@pytest.mark.parametrize("count", ["3", "-1", "10000000", "many", ""])
def test_a_count_that_cannot_be_is_refused_at_its_field(staff, lamp, count):
    answer = staff("catalog").post(PAGE, {"on_hand": count, "low_at": "6"})
    assert answer.status_code == 200 and level() == (10, 4, 3)


def test_a_unit_promised_meanwhile_is_not_taken_away(staff, lamp, monkeypatch):
    from orders.admin import stock as page

    def late(**counted):
        StockLevel.objects.filter(sku="LAMP-S").update(reserved=8)
        return stock.set_on_hand(**counted)

    monkeypatch.setattr(page, "set_on_hand", late)
    client = staff("catalog")
    client.post(PAGE, {"on_hand": "5", "low_at": "3"})
    assert level() == (10, 8, 3)
    assert "8 are promised" in client.get("/admin/orders/stocklevel/").content.decode()


def test_who_may_only_look_cannot_enter(staff, lamp):
    client = staff("analyst")
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, {"on_hand": "1", "low_at": "1"}).status_code == 403
    assert level() == (10, 4, 3)


@pytest.mark.parametrize("role", ["finance", "support", ""])
def test_who_has_nothing_to_do_with_stock_is_refused(staff, lamp, role):
    assert staff(role).get(PAGE).status_code == 403


def test_what_runs_low_and_what_is_gone_are_found(staff, lamp):
    stock.set_on_hand(sku="MUG-LOW", product_id="mugs", on_hand=2, now=clock.now())
    stock.set_on_hand(sku="VASE-GONE", product_id="vases", on_hand=0, now=clock.now())
    client = staff("catalog")
    low = client.get("/admin/orders/stocklevel/?level=low").content.decode()
    gone = client.get("/admin/orders/stocklevel/?level=out").content.decode()
    assert "MUG-LOW" in low and "VASE-GONE" in low and "LAMP-S" not in low
    assert "VASE-GONE" in gone and "MUG-LOW" not in gone
