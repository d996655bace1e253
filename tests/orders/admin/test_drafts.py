"""The draft's page: lines by SKU, live totals, who may give a price, and sending it."""

import pytest
from django.contrib.admin.models import LogEntry

from orders.models import Draft, DraftLine, Order
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.goods import ADDRESS, on_sale

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/admin/orders/order/draft/"


def begin(client) -> Order:
    answer = client.post(NEW, {"market": "us", "email": "mara@example.com"})
    assert answer.status_code == 302
    return Order.objects.get(status="draft")


def page(order: Order) -> str:
    return f"/admin/orders/order/{order.pk}/draft/"


def says(order: Order, **changes) -> dict:
    """The form as a browser sends it, with the lines the draft has."""
    lines = list(DraftLine.objects.filter(draft__order=order))
    form = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": len(lines), "hold_hours": 24}
    form |= {**ADDRESS, "email": "mara@example.com", "add_quantity": 1}
    for n, line in enumerate(lines):
        form |= {f"lines-{n}-sku": line.sku, f"lines-{n}-product_id": line.product_id}
        form |= {f"lines-{n}-quantity": line.quantity, f"lines-{n}-price": ""}
    return {**form, **changes}


def test_from_nothing_to_an_order_the_customer_can_pay(staff):
    on_sale(usd=4999, units=5)
    client = staff("orders")
    assert "New order" in client.get("/admin/orders/order/").content.decode()
    order = begin(client)
    client.post(page(order), says(order, add_sku="LAMP-S", add_quantity=2, save=""))
    shown = client.get(page(order)).content.decode()
    assert "The LAMP-S" in shown and "$99.98" in shown
    priced = {**says(order), "lines-0-price": "40.00", "discount": "5.00", "shipping_method": "express", "send": ""}
    answer = client.post(page(order), priced)
    assert answer["Location"] == f"/admin/orders/order/{order.pk}/change/"
    order.refresh_from_db()
    assert (order.status, order.subtotal, order.discount) == ("awaiting_payment", 8000, 500)
    assert OutboxEvent.objects.filter(event_name="PaymentRequested").count() == 1
    assert client.get(page(order)).status_code == 302
    assert client.get(answer["Location"]).status_code == 200


def test_what_is_typed_is_kept_and_sent_at_once(staff):
    on_sale()
    client = staff("orders")
    order = begin(client)
    client.post(page(order), says(order, add_sku="LAMP-S", send=""))
    order.refresh_from_db()
    assert (order.status, order.shipping_address["city"]) == ("awaiting_payment", ADDRESS["city"])


def test_totals_follow_what_is_typed_and_nothing_is_kept(staff):
    on_sale(usd=4999)
    client = staff("orders")
    order = begin(client)
    typed = says(order, add_sku="LAMP-S", add_quantity=3)
    answer = client.post(page(order), typed, headers={"HX-Request": "true"})
    assert "$149.97" in answer.content.decode() and "<html" not in answer.content.decode()
    assert not DraftLine.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("add_sku", "NOTHING"), ("email", "nobody"), ("discount", "-1"), ("discount", "1.234"), ("country", "XX"),
        ("add_quantity", "0"), ("add_quantity", "x"), ("hold_hours", "5"), ("lines-TOTAL_FORMS", "x"),
        ("shipping_method", "rocket"), ("add_sku", "a\x00b"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_kept(staff, field, value):
    client = staff("orders")
    order = begin(client)
    answer = client.post(page(order), says(order, save="", **{field: value}))
    assert answer.status_code in (400, 422)
    assert not DraftLine.objects.exists()


def test_a_line_is_removed_and_a_draft_discarded(staff):
    on_sale()
    client = staff("orders")
    order = begin(client)
    client.post(page(order), says(order, add_sku="LAMP-S", save=""))
    client.post(page(order), says(order, save="", **{"lines-0-remove": "on"}))
    assert not DraftLine.objects.exists()
    client.post(page(order), says(order, discard=""))
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "discarded")


def test_support_drafts_but_gives_no_prices(staff):
    on_sale(usd=4999)
    client = staff("support")
    order = begin(client)
    client.post(page(order), says(order, add_sku="LAMP-S", save=""))
    assert "Discount on the goods" not in client.get(page(order)).content.decode()
    client.post(page(order), says(order, save="", **{"lines-0-price": "1.00"}))
    client.post(page(order), says(order, save="", discount="10"))
    assert (DraftLine.objects.get().price, Draft.objects.get().discount) == (None, 0)


@pytest.mark.parametrize("role", ["catalog", "finance", "analyst", ""])
def test_other_roles_draft_nothing(staff, role):
    client = staff("orders")
    order = begin(client)
    other = staff(role)
    assert other.get(NEW).status_code == other.get(page(order)).status_code == 403
    assert other.post(page(order), says(order, discard="")).status_code == 403
    assert not LogEntry.objects.exists()


def test_an_order_that_was_never_a_draft_has_no_such_page(staff, unpaid):
    assert staff("orders").get(page(unpaid)).status_code == 404
