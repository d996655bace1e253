"""The wishlist in a browser, with scripts and without."""

import json
import re
from dataclasses import replace
from functools import partial

import pytest
from django.test import Client

from catalog.domain import Variant
from catalog.repository import products
from orders.views import wishlist
from orders.wishes.cookie import NAME
from orders.wishes.shown import page_of
from tests.conftest import PASSWORD, confirm
from tests.orders.goods import on_sale

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "toasts"}
ON_PAGE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "wishlist"}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def cost(product, usd):
    changed = (Variant(sku=product.variants[0].sku, options={}, prices={"USD": usd}),)
    products().put(replace(product, variants=changed), expected_version=product.version)
    products().forget(product.product_id)


def test_without_scripts_a_heart_leads_to_the_list_that_holds_it(guest):
    on_sale()
    assert guest.post("/wishlist/items/lamps/").headers["Location"] == "/wishlist/"
    page = text(guest.get("/wishlist/"))
    assert "The LAMP-S" in page
    assert "1 product" in page


def test_with_scripts_a_toast_tells_it_and_the_header_knows_the_product(guest):
    on_sale()
    answer = guest.post("/wishlist/items/lamps/", **HTMX)
    assert "On your wishlist" in text(answer)
    assert json.loads(answer["HX-Trigger"]) == {"wishlist-changed": {"product": "lamps", "held": True}}
    assert '<data id="wished" value="lamps" hidden>' in text(guest.get("/cart/badge/"))
    guest.post("/wishlist/items/lamps/", {"remove": "1"}, **HTMX)
    assert '<data id="wished" value="" hidden>' in text(guest.get("/cart/badge/"))


def test_public_pages_say_nothing_of_anybodys_list(guest):
    lamp = on_sale()
    guest.post("/wishlist/items/lamps/")
    page = text(guest.get(lamp.path))
    assert 'data-heart="lamps" aria-pressed="false"' in page
    assert 'id="wished"' not in page
    assert "public" in guest.get(lamp.path)["Cache-Control"]


def test_what_became_cheaper_is_pointed_out_and_what_became_dearer_is_not(guest):
    lamp, mug = on_sale("LAMP-S", usd=5000), on_sale("MUG", usd=1000)
    guest.post("/wishlist/items/lamps/")
    guest.post("/wishlist/items/mug/")
    cost(lamp, 4000)
    cost(mug, 1200)
    page = text(guest.get("/wishlist/"))
    assert "Was $50.00 when it was saved." in page
    assert "$40.00" in page
    assert "Was $10.00" not in page
    assert "$12.00" in page


@pytest.mark.parametrize("headers", [{}, ON_PAGE])
def test_a_removed_product_can_be_brought_back(guest, headers):
    on_sale()
    guest.post("/wishlist/items/lamps/")
    answer = guest.post("/wishlist/items/lamps/", {"remove": "1"}, **headers)
    page = text(guest.get(answer["Location"]) if not headers else answer)
    assert "Your wishlist is empty" in page
    receipt = re.search(r'name="receipt" value="([^"]+)"', page)
    guest.post("/wishlist/removed/", {"receipt": receipt[1]}, **headers)
    assert "The LAMP-S" in text(guest.get("/wishlist/"))


@pytest.mark.parametrize("headers", [{}, ON_PAGE])
def test_a_wish_moves_into_the_cart(guest, headers):
    on_sale()
    guest.post("/wishlist/items/lamps/")
    guest.post("/wishlist/items/lamps/cart/", {"sku": "LAMP-S"}, **headers)
    assert "$49.99" in text(guest.get("/cart/"))
    assert "Your wishlist is empty" in text(guest.get("/wishlist/"))


def test_what_cannot_be_bought_says_why_and_has_no_button(guest):
    on_sale("LAMP-S")
    guest.post("/wishlist/items/lamps/")
    products().set_availability("lamps", "LAMP-S", False)
    products().forget("lamps")
    page = text(guest.get("/wishlist/"))
    assert "Sold out" in page
    assert "Move to cart" not in page
    answer = guest.post("/wishlist/items/lamps/cart/", {"sku": "LAMP-S"}, **ON_PAGE)
    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#toasts")
    assert "The LAMP-S" in text(guest.get("/wishlist/"))


def test_a_line_of_the_cart_moves_onto_the_list(guest):
    on_sale()
    guest.post("/cart/lines/", {"product_id": "lamps", "sku": "LAMP-S", "quantity": 2})
    guest.post("/wishlist/lines/LAMP-S/")
    assert "Your cart is empty" in text(guest.get("/cart/"))
    assert "The LAMP-S" in text(guest.get("/wishlist/"))
    guest.post("/cart/lines/", {"product_id": "lamps", "sku": "LAMP-S"})
    guest.post("/cart/saved/LAMP-S/")
    guest.post("/wishlist/lines/LAMP-S/", HTTP_HX_REQUEST="true")
    assert "Saved for later" not in text(guest.get("/cart/"))


def test_a_guests_list_becomes_the_persons_at_sign_in_and_leaves_with_them(buyer):
    on_sale()
    browser = Client(headers={"Sec-Fetch-Site": "same-origin"})
    browser.post("/wishlist/items/lamps/")
    confirm(buyer)
    browser.post("/account/login/", {"login": buyer.email, "password": PASSWORD})
    assert browser.cookies[NAME].value == ""
    assert "The LAMP-S" in text(browser.get("/wishlist/"))
    browser.post("/account/logout/")
    assert "Your wishlist is empty" in text(browser.get("/wishlist/"))


def test_a_shared_list_is_read_only_stays_out_of_indexes_and_ends_when_its_holder_says_so(signed_in, guest):
    on_sale()
    signed_in.post("/wishlist/items/lamps/")
    signed_in.post("/wishlist/link/")
    url = re.search(r'value="http://[^/]+(/wishlist/shared/[^"]+)"', text(signed_in.get("/wishlist/")))
    answer = guest.get(url[1])
    page = text(answer)
    assert "The LAMP-S" in page
    assert "buyer@example.com" not in page
    assert 'name="remove"' not in page
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    signed_in.post("/wishlist/link/", {"remove": "1"})
    assert guest.get(url[1]).status_code == 404


def test_a_guest_who_wants_to_share_is_asked_to_sign_in(guest):
    assert "/account/login/" in guest.post("/wishlist/link/")["Location"]


@pytest.fixture
def second_page(guest, monkeypatch):
    """Five wishes, two a page: the address of the second page, which shows the third and the fourth."""
    monkeypatch.setattr(wishlist, "page_of", partial(page_of, limit=2))
    monkeypatch.setattr(wishlist, "PAGE_SIZE", 2)
    for number in range(5, 0, -1):
        on_sale(f"WISH{number}")
        guest.post(f"/wishlist/items/wish{number}/")
    return "/wishlist/" + re.search(r'rel="next" href="/wishlist/([^"]+)"', text(guest.get("/wishlist/")))[1]


def wished(page: str) -> list[str]:
    return re.findall(r"<h2 class=\"card-title\">.*?The (WISH\d)", page)


@pytest.mark.parametrize("headers", [{}, ON_PAGE])
def test_a_later_page_of_the_list_stays_when_a_wish_is_taken_off_it(guest, second_page, headers):
    def take_off(number):
        form = {"remove": "1", "cursor": re.search(r'name="cursor" value="([^"]+)"', page)[1]}
        answer = guest.post(f"/wishlist/items/wish{number}/", form, **headers)
        return text(answer if headers else guest.get(answer["Location"]))

    page = text(guest.get(second_page))
    assert wished(page) == ["WISH3", "WISH4"]
    page = take_off(3)
    assert wished(page) == ["WISH4", "WISH5"] and "4 products" in page
    page = take_off(4)
    page = take_off(5)
    assert wished(page) == ["WISH1", "WISH2"] and "2 products" in page
    receipt = re.search(r'name="receipt" value="([^"]+)"', page)[1]
    cursor = re.search(r'name="cursor" value="([^"]+)"', page)[1]
    back = guest.post("/wishlist/removed/", {"receipt": receipt, "cursor": cursor}, **headers)
    assert wished(text(back if headers else guest.get(back["Location"]))) == ["WISH5"]


def test_a_product_nobody_knows_is_refused_politely(guest):
    answer = guest.post("/wishlist/items/nothing/", **HTMX)
    assert answer.status_code == 404
    assert "We do not know this item" in text(answer)


def test_a_broken_page_link_is_a_bad_request(guest):
    assert guest.get("/wishlist/?cursor=x").status_code == 400
