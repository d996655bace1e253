"""Rows stored by the kept statement are the rows that `save()` stores."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db.models import F
from django.forms.models import model_to_dict

from orders.models import Order, OrderLine
from shopcloud.lib.inserts import insert

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def an_order(cart: str) -> Order:
    return Order(
        email="o'brien@example.com",
        market="us",
        language="en",
        currency="USD",
        subtotal=500,
        total=500,
        tax_country="DE",
        shipping_address={"name": "O'Brien", "city": "Köln"},
        shipping_tax_rate=Decimal("0.0725"),
        cart_id=cart,
        cart_version=1,
        placed_at=AT,
    )


def stored(row) -> dict:
    found = type(row).objects.filter(pk=row.pk).values().get()
    return {name: value for name, value in found.items() if name not in {"id", "number", "access_token", "cart_id"}}


def test_a_row_is_the_same_as_a_saved_one():
    saved, inserted = an_order("a"), an_order("b")
    saved.save()
    insert(inserted)
    assert stored(inserted) == stored(saved)
    assert model_to_dict(Order.objects.get(pk=inserted.pk)) == model_to_dict(inserted)


def test_many_rows_get_their_keys_in_order_and_can_be_changed_afterwards():
    order = an_order("a")
    insert(order)
    lines = [
        OrderLine(order=order, sku=sku, product_id="p", slug="p", title=sku, quantity=1, unit_price=5, total=5)
        for sku in ("A", "B", "C")
    ]
    insert(*lines)
    assert [OrderLine.objects.get(pk=line.pk).sku for line in lines] == ["A", "B", "C"]
    lines[0].title = "Changed"
    lines[0].save()
    assert order.lines.count() == 3


def test_nothing_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert()


def test_an_expression_is_refused():
    order = an_order("a")
    order.total = F("subtotal")
    with pytest.raises(TypeError, match="save"):
        insert(order)
