"""Put aside for later, and back, with scripts and without; and what is said when price or stock moved meanwhile."""

from dataclasses import replace

import pytest

from catalog.domain import Variant
from catalog.repository import products
from orders import stock
from orders.carts import store
from orders.carts.cookie import NAME
from orders.models import SavedCart
from orders.services import carts
from tests.conftest import forget_keys
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HTTP_HX_REQUEST": "true"}


def add(browser, sku="LAMP-S", quantity=1):
    form = {"product_id": sku.lower().replace("-", ""), "sku": sku, "quantity": quantity}
    return browser.post("/cart/lines/", form)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def cart_id_in(browser) -> str:
    return browser.cookies[NAME].value.partition(":")[0]


def cost(product, usd):
    dearer = (Variant(sku=product.variants[0].sku, options={}, prices={"USD": usd}),)
    products().put(replace(product, variants=dearer), expected_version=product.version)
    products().forget(product.product_id)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_line_waits_without_being_bought_and_comes_back(guest, headers):
    on_sale("LAMP-S")
    on_sale("MUG", usd=1000)
    add(guest, quantity=2)
    add(guest, "MUG")
    guest.post("/cart/saved/LAMP-S/", **headers)
    page = text(guest.get("/cart/"))
    assert "Saved for later (1)" in page
    assert 'id="cart-count">1<' in guest.get("/cart/badge/").content.decode()
    assert "LAMP-S" not in text(guest.get("/checkout/"))
    guest.post("/cart/saved/LAMP-S/", {"back": "1"}, **headers)
    page = text(guest.get("/cart/"))
    assert "Saved for later (" not in page
    assert "$99.98" in page


def test_an_empty_cart_still_shows_what_is_saved(guest):
    on_sale()
    add(guest)
    guest.post("/cart/saved/LAMP-S/")
    page = text(guest.get("/cart/"))
    assert "Your cart is empty" in page
    assert "Saved for later (1)" in page
    guest.post("/cart/saved/LAMP-S/", {"remove": "1"})
    assert "Saved for later" not in text(guest.get("/cart/"))


def test_fifty_items_can_be_saved_and_the_next_stays_in_the_cart(guest):
    on_sale()
    add(guest)
    cart_id = cart_id_in(guest)
    for n in range(50):
        store.put_line(cart_id=cart_id, line=store.NewLine(f"SKU{n}", "p1", 1, None, "us"), add=True, now=NOW)
        carts.save_for_later(cart_id=cart_id, sku=f"SKU{n}", now=NOW)
    assert "save 50 items for later at most" in text(guest.post("/cart/saved/LAMP-S/", follow=True))
    assert "$49.99" in text(guest.get("/cart/"))


def test_what_a_person_saved_is_in_postgresql_and_outlives_redis(signed_in, buyer):
    on_sale()
    add(signed_in, quantity=3)
    signed_in.post("/cart/saved/LAMP-S/")
    assert [line["quantity"] for line in SavedCart.objects.get(user=buyer).saved] == [3]
    cookie = signed_in.cookies["cart"].value
    forget_keys()
    signed_in.force_login(buyer, backend="django.contrib.auth.backends.ModelBackend")
    signed_in.cookies["cart"] = cookie
    assert "Saved for later (1)" in text(signed_in.get("/cart/"))


def test_a_price_that_fell_or_rose_is_told_on_the_cart_and_at_checkout(guest):
    lamp, mug = on_sale("LAMP-S", usd=4999), on_sale("MUG", usd=1000)
    add(guest)
    add(guest, "MUG")
    cost(lamp, 5999)
    cost(mug, 900)
    for path in ("/cart/", "/checkout/"):
        page = text(guest.get(path))
        assert "The price rose from $49.99 to $59.99" in page
        assert "The price fell from $10.00 to $9.00" in page


def test_one_button_takes_what_is_left(guest):
    lamp = on_sale(units=5)
    add(guest, quantity=5)
    stock.set_on_hand(sku="LAMP-S", product_id=lamp.product_id, on_hand=2, now=NOW)
    page = text(guest.get("/cart/"))
    assert "Only 2 left" in page
    assert "Take the 2 left" in page
    assert '<input type="hidden" name="quantity" value="2">' in page
    guest.post("/cart/lines/LAMP-S/", {"quantity": "2"})
    assert "Take the" not in text(guest.get("/cart/"))
    assert guest.get("/checkout/").status_code == 200


def test_saving_in_a_cart_that_expired_or_a_sku_that_is_not_there_is_no_error(guest):
    assert "Your cart has expired" in text(guest.post("/cart/saved/LAMP-S/", follow=True))
    on_sale()
    add(guest)
    assert guest.post("/cart/saved/NOSUCH/", follow=True).status_code == 200
    assert "$49.99" in text(guest.get("/cart/"))


def test_an_empty_cart_shows_a_guest_the_way_to_the_cart_of_their_account(guest, signed_in):
    assert "/account/login/?next=/cart/" in text(guest.get("/cart/"))
    assert "/account/login/?next=/cart/" not in text(signed_in.get("/cart/"))
