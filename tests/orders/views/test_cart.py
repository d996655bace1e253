"""The cart as a shopper meets it, with scripts and without."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.domain import Variant
from catalog.repository import products
from orders import stock
from orders.carts.cookie import NAME
from shopcloud.lib import redis
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HTTP_HX_REQUEST": "true"}


def add(browser, sku="LAMP-S", quantity="1", product_id=None, **headers):
    form = {"product_id": product_id or sku.lower().replace("-", ""), "sku": sku, "quantity": quantity}
    return browser.post("/cart/lines/", form, **headers)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_adding_without_scripts_leads_to_the_cart(guest):
    on_sale()
    response = add(guest, quantity="2")
    assert (response.status_code, response.url) == (302, "/cart/")
    page = text(guest.get("/cart/"))
    assert "The LAMP-S" in page
    assert "$99.98" in page


def test_adding_with_scripts_confirms_and_renews_the_badge(guest):
    on_sale()
    response = add(guest, **HTMX)
    assert response["HX-Trigger"] == "cart-changed"
    assert "In your cart" in text(response)
    assert "The LAMP-S" in text(response)


def test_the_carts_cookie_is_signed_and_out_of_reach_of_scripts(guest):
    on_sale()
    cookie = add(guest).cookies[NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 14 * 24 * 3600
    guest.cookies[NAME] = cookie.value[:-3] + "abc"
    assert "Your cart is empty" in text(guest.get("/cart/"))


def test_a_guest_gets_no_session_from_badge_or_cart(guest):
    on_sale()
    for response in (guest.get("/cart/badge/"), add(guest), guest.get("/cart/badge/"), guest.get("/cart/")):
        assert set(response.cookies) <= {NAME}


def test_the_badge_is_private_and_counts_units(guest, signed_in):
    on_sale()
    add(guest, quantity="3")
    response = guest.get("/cart/badge/")
    assert "no-store" in response["Cache-Control"]
    assert 'id="cart-count">3<' in response.content.decode()
    assert "Sign in" in text(response)
    assert "Account" in text(signed_in.get("/cart/badge/"))


def test_adding_to_a_cart_asks_redis_three_times_and_postgresql_never(guest, monkeypatch):
    on_sale()
    add(guest, **HTMX)
    sent = []
    kind = redis.store().connection_pool.connection_class
    pack = kind.send_packed_command
    monkeypatch.setattr(kind, "send_packed_command", lambda self, *a, **kw: (sent.append(a), pack(self, *a, **kw))[1])
    with CaptureQueriesContext(connection) as sql:
        response = add(guest, **HTMX)
    assert response.status_code == 200
    assert 1 <= len(sent) <= 3
    assert len(sql) == 0


@pytest.mark.parametrize("quantity", ["0", "-1", "100", "many", "1.5", "9" * 40, "", "\u0663"])
def test_a_quantity_that_is_none_is_refused_in_words(guest, quantity):
    on_sale()
    response = add(guest, quantity=quantity, **HTMX)
    assert response.status_code == 400
    assert response["X-Fragment"] == "1"
    assert "1 to 99" in text(response)
    assert NAME not in response.cookies


@pytest.mark.parametrize(("product_id", "sku"), [("nosuch", "LAMP-S"), ("lamps", "NOSUCH"), ("'\"><b>", "x"), ("", "")])
def test_an_unknown_item_is_refused_in_words(guest, product_id, sku):
    on_sale()
    response = add(guest, sku=sku, product_id=product_id or "-", **HTMX)
    assert response.status_code == 404
    assert "We do not know this item" in text(response)
    assert "We do not know this item" in text(guest.post("/cart/lines/", {"sku": sku}, follow=True))


def test_a_quantity_is_changed_with_scripts_and_without(guest):
    on_sale()
    add(guest)
    assert guest.post("/cart/lines/LAMP-S/", {"quantity": "3"}).status_code == 302
    assert "$149.97" in text(guest.get("/cart/"))
    fragment = guest.post("/cart/lines/LAMP-S/", {"quantity": "2"}, **HTMX)
    assert fragment["HX-Trigger"] == "cart-changed"
    assert "$99.98" in text(fragment)
    assert "<html" not in fragment.content.decode()


def test_a_bad_quantity_leaves_the_cart_and_says_why(guest):
    on_sale()
    add(guest)
    for quantity in ("100", "-1", "x"):
        assert "1 to 99" in text(guest.post("/cart/lines/LAMP-S/", {"quantity": quantity}, **HTMX))
    assert "1 to 99" in text(guest.post("/cart/lines/LAMP-S/", {"quantity": "x"}, follow=True))
    assert "$49.99" in text(guest.get("/cart/"))


def test_a_removed_item_can_be_put_back(guest):
    on_sale()
    add(guest, quantity="4")
    for headers, follow in ((HTMX, False), ({}, True)):
        page = guest.post("/cart/lines/LAMP-S/", {"remove": "1"}, follow=follow, **headers)
        assert "The item was removed." in text(page)
        assert 'name="quantity" value="4"' in text(page)
        assert "Your cart is empty" in text(page)
        assert "$199.96" in text(add(guest, quantity="4", HTTP_HX_TARGET="cart", **HTMX))


def test_a_made_up_undo_link_offers_nothing(guest):
    page = guest.get("/cart/?removed=<script>&product=x&quantity=1e9")
    assert page.status_code == 200
    assert "The item was removed" not in text(page)


def test_a_sku_with_a_slash_can_be_changed(guest):
    on_sale("A/B.1", product_id="ab", slug="ab")
    add(guest, sku="A/B.1", product_id="ab")
    assert guest.post(reverse("cart-line", args=["A/B.1"]), {"quantity": "2"}, follow=True).status_code == 200
    assert "$99.98" in text(guest.get("/cart/"))


def test_changing_a_line_of_a_cart_that_expired_is_no_error(guest):
    on_sale()
    add(guest)
    redis.store().delete(*redis.store().keys(redis.key("cart", "*")))
    assert "Your cart has expired" in text(guest.post("/cart/lines/LAMP-S/", {"quantity": "2"}, follow=True))
    assert add(guest).status_code == 302
    assert "$49.99" in text(guest.get("/cart/"))


def test_the_cart_says_what_changed_since_and_what_stands_in_the_way(guest):
    lamp, mug, cup = on_sale("LAMP-S", usd=4999), on_sale("MUG", units=5), on_sale("CUP", units=2)
    for sku, quantity in (("LAMP-S", "1"), ("MUG", "5"), ("CUP", "1")):
        add(guest, sku=sku, quantity=quantity)
    dearer = (Variant(sku="LAMP-S", options={}, prices={"USD": 5999}),)
    products().put(_with(lamp, variants=dearer), expected_version=lamp.version)
    products().archive(mug.product_id, expected_version=mug.version, now=NOW)
    products().forget(lamp.product_id)
    products().forget(mug.product_id)
    stock.set_on_hand(sku="CUP", product_id=cup.product_id, on_hand=0, now=NOW)
    page = text(guest.get("/cart/"))
    assert "The price rose from $49.99 to $59.99" in page
    assert "No longer for sale" in page
    assert "Sold out. Please remove it." in page
    assert "Some items cannot be bought as they are" in page
    assert guest.get("/checkout/").url == "/cart/"


def _with(product, **changes):
    from dataclasses import replace

    return replace(product, **changes)


def test_too_few_units_left_is_said_on_the_line(guest):
    on_sale(units=2)
    add(guest, quantity="5")
    assert "Only 2 left" in text(guest.get("/cart/"))


def test_the_way_to_free_delivery_is_shown_until_it_is_reached(guest):
    on_sale(usd=1000)
    add(guest)
    assert "$40.00 more for free delivery" in text(guest.get("/cart/"))
    add(guest, quantity="4")
    assert "Delivery is free." in text(guest.get("/cart/"))


def test_the_cart_is_priced_in_the_market_it_is_looked_at_in(guest):
    on_sale(usd=1000)
    add(guest)
    page = text(guest.get("/de/cart/"))
    assert "10,00\xa0€" in guest.get("/de/cart/").content.decode()
    assert "VAT" in page or "MwSt" in page


def test_the_cart_survives_signing_in(guest, buyer):
    on_sale()
    add(guest)
    guest.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    assert "The LAMP-S" in text(guest.get("/cart/"))


def test_the_cart_can_be_looked_at_while_the_levels_cannot_be_asked(guest, monkeypatch):
    from django.db import OperationalError

    def away(skus):
        raise OperationalError("connection refused")

    on_sale()
    add(guest)
    monkeypatch.setattr(stock, "levels", away)
    assert "The LAMP-S" in text(guest.get("/cart/"))
