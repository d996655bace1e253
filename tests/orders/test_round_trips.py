"""A guest puts something into the cart in three Redis round trips at most, without SQL and without DynamoDB.

Over REST the rate limit is one of them.
"""

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from orders import queries, tariffs
from shopcloud.markets import US
from tests.catalog.test_round_trips import trips as trips
from tests.orders.api.conftest import API, Phone
from tests.orders.goods import NOW, cart_of, on_sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp():
    return on_sale()


def test_on_a_phone(trips, lamp):
    phone = Phone()
    cart = phone.new_cart()
    phone.set_line(cart, lamp, 1)
    with trips() as seen:
        assert phone.set_line(cart, lamp, 2).status_code == 200
    assert (seen.sql, seen.dynamo) == ([], [])
    assert len(seen.redis) <= 3, seen.redis


def test_an_order_on_a_phone_is_placed_paid_and_shown_in_few_statements(trips):
    """Three lines: the order by at most fifteen, and no more for the payment and the answer together."""
    lines = [(on_sale(sku=sku, units=5), 1) for sku in ("LAMP-S", "LAMP-M", "LAMP-L")]
    phone = Phone()
    assert phone.order(phone.cart_with(*lines)).status_code == 201
    cart = phone.cart_with(*lines)
    with trips() as seen:
        assert phone.order(cart, key="").json()["status"] == "paid"
    asked = [sql for sql in seen.sql if "SAVEPOINT" not in sql and "advisory" not in sql and "idempotency" not in sql]
    assert len(asked) <= 30, asked
    assert len(seen.dynamo) == 1


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_in_a_browser(trips, lamp, headers):
    browser = Client(headers={"Sec-Fetch-Site": "same-origin", **headers})
    wanted = {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1}
    browser.post("/cart/lines/", wanted)
    with trips() as seen:
        assert browser.post("/cart/lines/", wanted).status_code in {200, 302, 303}
    assert (seen.sql, seen.dynamo) == ([], [])
    assert len(seen.redis) <= 3, seen.redis


def test_the_first_time(trips, lamp):
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    Client(headers={"Sec-Fetch-Site": "same-origin"}).post(
        "/cart/lines/", {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1}
    )
    with trips() as seen:
        browser.post("/cart/lines/", {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1})
    assert (seen.sql, seen.dynamo) == ([], [])
    assert len(seen.redis) <= 3, seen.redis


def test_a_change_soon_after_another_does_not_note_the_expiry_again(trips, lamp):
    phone = Phone()
    cart = phone.new_cart()
    with trips() as seen:
        phone.delete(f"{API}/carts/{cart}/lines/LAMP-S/")
        phone.set_line(cart, lamp, 2)
    assert not [sent for sent in seen.redis if b"ZADD" in sent]


def test_a_cart_is_shown_with_its_delivery_while_postgresql_is_away(lamp, monkeypatch):
    shown = cart_of((lamp, 1))
    assert queries.priced_cart(shown, market=US, now=NOW).shipping.price.amount == 595

    def away():
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(tariffs.ZONES, "_load", away)
    tariffs.ZONES.forget()
    assert queries.priced_cart(shown, market=US, now=NOW).shipping.price.amount == 595
    cache.delete("snapshot:shipping")
    tariffs.ZONES.forget()
    assert queries.priced_cart(shown, market=US, now=NOW).shipping is None
