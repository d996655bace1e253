"""What may be put into a cart, and what it costs the stores."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.domain import Status, Variant
from catalog.repository import products
from orders.carts.store import BadQuantity
from orders.services import carts
from orders.services.carts import SoldOut, UnknownItem, Withdrawn
from shopcloud.lib import redis
from shopcloud.lib.money import Money
from shopcloud.markets import GERMANY, US
from tests.orders.goods import NOW, cart_of, on_sale

pytestmark = pytest.mark.django_db


def add(product_id="lamps", sku="LAMP-S", quantity=1, cart_id=None, market=US):
    return carts.add_line(cart_id=cart_id, product_id=product_id, sku=sku, quantity=quantity, now=NOW, market=market)


def test_the_price_the_shopper_saw_stays_with_the_line():
    on_sale(usd=4999)
    added = add()
    assert added.cart.lines[0].seen_price == Money(4999, "USD")
    assert (added.line.title, added.line.total) == ("The LAMP-S", Money(4999, "USD"))


@pytest.mark.parametrize(
    ("product_id", "sku"), [("nosuch", "LAMP-S"), ("lamps", "NOSUCH"), ("../x", "LAMP-S"), ("", "")]
)
def test_an_unknown_product_or_sku_is_refused(product_id, sku):
    on_sale()
    with pytest.raises(UnknownItem):
        add(product_id, sku)


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**9])
def test_only_1_to_99_units_can_be_added(quantity):
    on_sale()
    with pytest.raises(BadQuantity):
        add(quantity=quantity)


def test_a_draft_is_not_for_sale_nor_is_what_has_no_price_here():
    on_sale("DRAFT", status=Status.DRAFT)
    on_sale("USONLY", variants=(Variant(sku="USONLY", options={}, prices={"USD": 100}),))
    with pytest.raises(Withdrawn):
        add("draft", "DRAFT")
    with pytest.raises(Withdrawn):
        add("usonly", "USONLY", market=GERMANY)


def test_what_is_known_to_be_sold_out_is_not_added():
    lamp = on_sale()
    products().set_availability(lamp.product_id, "LAMP-S", False)
    products().forget(lamp.product_id)
    with pytest.raises(SoldOut, match="The LAMP-S is sold out"):
        add()


def test_a_line_is_set_to_a_quantity_and_removed_by_zero_even_when_the_product_is_gone():
    lamp = on_sale()
    cart_id = cart_of((lamp, 2))
    held = carts.set_line(cart_id=cart_id, product_id=lamp.product_id, sku="LAMP-S", quantity=5, now=NOW)
    assert held.count == 5
    products().archive(lamp.product_id, expected_version=lamp.version, now=NOW)
    products().forget(lamp.product_id)
    with pytest.raises(Withdrawn):
        carts.set_line(cart_id=cart_id, product_id=lamp.product_id, sku="LAMP-S", quantity=6, now=NOW)
    assert carts.set_line(cart_id=cart_id, product_id=lamp.product_id, sku="LAMP-S", quantity=0, now=NOW).lines == ()


def test_adding_to_a_cart_takes_three_round_trips_to_redis_and_no_sql(monkeypatch):
    on_sale()
    cart_id = add().cart.cart_id
    sent = []
    kind = redis.store().connection_pool.connection_class
    pack = kind.send_packed_command
    monkeypatch.setattr(kind, "send_packed_command", lambda self, *a, **kw: (sent.append(a), pack(self, *a, **kw))[1])
    with CaptureQueriesContext(connection) as sql:
        add(cart_id=cart_id)
    assert 1 <= len(sent) <= 3
    assert len(sql) == 0
