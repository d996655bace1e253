"""The schedule's tasks do their work on the wall clock, and may run twice."""

from datetime import timedelta

import pytest

from orders import queries, tasks
from orders.carts import store
from orders.carts.cart import CartNotFound
from orders.models import Order, StockLevel
from shopcloud.lib import clock
from tests.orders.goods import cart_of, on_sale, order_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_sweep_forgets_old_carts_and_keeps_the_others():
    kept = cart_of((on_sale(), 1))
    store.put_line(cart_id=kept, line=store.NewLine("LAMP-S", "lamps", 2, None, "us"), add=False, now=clock.now())
    store.create(cart_id="old", market="us", now=clock.now() - timedelta(days=14, hours=1))
    tasks.sweep_carts()
    tasks.sweep_carts(a_newer_release="sends more")
    assert queries.cart(kept).count == 2
    with pytest.raises(CartNotFound):
        queries.cart("old")


def test_the_unpaid_orders_of_an_hour_ago_are_cancelled_and_those_of_now_wait():
    lamp = on_sale(units=5)
    old = order_of((lamp, 1), now=clock.now() - timedelta(hours=1))
    new = order_of((lamp, 1), now=clock.now())
    tasks.expire_unpaid_orders()
    tasks.expire_unpaid_orders(a_newer_release="sends more")
    status = dict(Order.objects.values_list("number", "status"))
    assert status == {old.number: "cancelled", new.number: "awaiting_payment"}
    assert StockLevel.objects.get(sku="LAMP-S").available == 4
