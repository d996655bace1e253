"""Stock in the admin: what was counted is entered, what was promised is kept."""

import pytest
from django.contrib.admin.models import LogEntry

from orders import stock
from orders.models import StockItem, StockLevel, StockLocation, StockMovement
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent

pytestmark = pytest.mark.django_db
ITEM = "/admin/orders/stockitem/LAMP-S/change/"


@pytest.fixture
def lamp(db):
    stock.set_on_hand(sku="LAMP-S", product_id="lamps", on_hand=10, now=clock.now())
    StockLevel.objects.filter(sku="LAMP-S").update(reserved=4)


@pytest.fixture
def page(lamp) -> str:
    return f"/admin/orders/stocklevel/{StockLevel.objects.get(sku='LAMP-S').pk}/change/"


def level() -> tuple[int, int]:
    row = StockLevel.objects.get(sku="LAMP-S")
    return row.on_hand, row.reserved


def test_a_count_is_entered_and_leaves_its_trace(staff, page):
    answer = staff("catalog").post(page, {"on_hand": "25", "note": "Counted on Friday"})
    assert answer.status_code == 302
    assert level() == (25, 4)
    moved = StockMovement.objects.get(sku="LAMP-S", reason="corrected", quantity=15)
    assert (moved.author.email, moved.note) == ("catalog@shop.example", "Counted on Friday")
    assert LogEntry.objects.count() == 1


def test_a_threshold_is_set_and_judged_anew(staff, lamp):
    client = staff("catalog")
    assert client.post(ITEM, {"low_at": "6"}).status_code == 302
    assert StockItem.objects.get().low_since is not None
    client.post(ITEM, {"low_at": "5"})
    assert (StockItem.objects.get().low_at, StockItem.objects.get().low_since) == (5, None)


@pytest.mark.parametrize("count", ["3", "-1", "10000000", "many", ""])
def test_a_count_that_cannot_be_is_refused_at_its_field(staff, page, count):
    answer = staff("catalog").post(page, {"on_hand": count})
    assert answer.status_code == 200 and level() == (10, 4)


def test_a_unit_promised_meanwhile_is_not_taken_away(staff, page, monkeypatch):
    from orders.admin import stock as admin_page

    def late(**counted):
        StockLevel.objects.filter(sku="LAMP-S").update(reserved=8)
        return stock.set_on_hand(**counted)

    monkeypatch.setattr(admin_page, "set_on_hand", late)
    client = staff("catalog")
    client.post(page, {"on_hand": "5"})
    assert level() == (10, 8)
    assert "8 are promised" in client.get("/admin/orders/stocklevel/").content.decode()


def test_who_may_only_look_cannot_enter(staff, page):
    client = staff("analyst")
    assert client.get(page).status_code == 200
    assert client.post(page, {"on_hand": "1"}).status_code == 403
    assert level() == (10, 4)


@pytest.mark.parametrize("role", ["finance", "support", ""])
def test_who_has_nothing_to_do_with_stock_is_refused(staff, page, role):
    assert staff(role).get(page).status_code == 403


def test_what_runs_low_and_what_is_gone_are_found(staff, lamp):
    stock.set_on_hand(sku="MUG-LOW", product_id="mugs", on_hand=2, now=clock.now())
    stock.set_on_hand(sku="VASE-GONE", product_id="vases", on_hand=0, now=clock.now())
    client = staff("catalog")
    low = client.get("/admin/orders/stockitem/?level=low").content.decode()
    gone = client.get("/admin/orders/stockitem/?level=out").content.decode()
    assert "MUG-LOW" in low and "VASE-GONE" in low and "LAMP-S" not in low
    assert "VASE-GONE" in gone and "MUG-LOW" not in gone


def test_goods_are_received_and_carried_with_a_note_of_who_did_it(staff, lamp):
    client, leeds = staff("orders"), StockLocation.objects.create(code="leeds", name="Leeds", country="GB")
    main = stock.main_location()
    came = {"location": main.pk, "quantity": "5", "note": "Van 2", "_form_submitted": "on"}
    assert client.post("/admin/orders/stockitem/LAMP-S/receive_goods/", came).status_code == 302
    carried = {"source": main.pk, "target": leeds.pk, "quantity": "11", "_form_submitted": "on"}
    client.post("/admin/orders/stockitem/LAMP-S/transfer_goods/", carried)
    assert dict(StockLevel.objects.values_list("location__code", "on_hand")) == {"main": 4, "leeds": 11}
    moved = StockMovement.objects.get(reason="received")
    assert (moved.quantity, moved.author.email, moved.note) == (5, "orders@shop.example", "Van 2")
    client.post("/admin/orders/stockitem/LAMP-S/transfer_goods/", carried)
    assert "not promised to buyers" in client.get(ITEM).content.decode()
    assert staff("analyst").post("/admin/orders/stockitem/LAMP-S/receive_goods/", came).status_code == 403


def test_a_place_that_is_closed_sells_nothing_and_the_shop_hears_of_it(staff, lamp):
    place = stock.main_location()
    url, client = f"/admin/orders/stocklocation/{place.pk}/change/", staff("orders")
    asked = {"name": "Main warehouse", "country": "US", "priority": "10"}
    assert client.post(url, asked).status_code == 302
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == 0
    client.post(url, asked)
    client.post(url, {**asked, "is_active": "on"})
    assert stock.levels(["LAMP-S"])["LAMP-S"].available == 6
    told = OutboxEvent.objects.filter(event_name="AvailabilityChanged").order_by("pk")
    assert [event.payload["in_stock"] for event in told] == [True, False, True]


@pytest.mark.parametrize("page", ["stocklocation", "stockmovement", "stockreservation", "stockalert", "stocklevel"])
def test_every_list_of_stock_opens_and_searches(staff, lamp, page):
    client = staff("orders")
    for query in ("", "?q=LAMP-S", "?q=SC-1"):
        assert client.get(f"/admin/orders/{page}/{query}").status_code == 200
