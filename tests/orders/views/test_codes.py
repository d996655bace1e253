"""The field for coupons and gift cards in cart and checkout."""

import pytest
from django.db import OperationalError
from django.test import Client

from orders import deals
from orders.models import Order
from tests.orders.goods import on_sale
from tests.orders.offers import coupon, gift_card, promotion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser():
    made = Client(headers={"Sec-Fetch-Site": "same-origin"})
    lamp = on_sale(usd=4000)
    made.post("/cart/lines/", {"product_id": lamp.product_id, "sku": "LAMP-S", "quantity": 1})
    return made


def page(browser, address="/cart/") -> str:
    return browser.get(address).content.decode()


def test_an_automatic_promotion_is_shown_by_name(browser):
    promotion(name="Light week")
    assert "Light week" in page(browser)
    assert "Light week" in page(browser, "/checkout/")


def test_a_code_is_entered_and_removed_without_scripts(browser):
    coupon()
    answer = browser.post("/cart/codes/", {"code": "welcome10"})
    assert answer["Location"] == "/cart/"
    assert 'value="WELCOME10"' in page(browser)
    browser.post("/cart/codes/", {"remove": "WELCOME10"})
    assert 'value="WELCOME10"' not in page(browser)


def test_from_checkout_one_comes_back_to_checkout(browser):
    coupon()
    assert browser.post("/cart/codes/", {"code": "WELCOME10", "next": "checkout"})["Location"] == "/checkout/"


def test_a_refusal_is_told_where_the_code_was_typed(browser):
    answer = browser.post("/cart/codes/", {"code": "nope"}, headers={"HX-Request": "true", "HX-Target": "summary"})
    assert "We do not know the code NOPE" in answer.content.decode()


@pytest.mark.parametrize("code", ["", " ", "\x00", "<script>", "x" * 5000])
def test_what_nobody_would_type_harms_nothing(browser, code):
    assert browser.post("/cart/codes/", {"code": code}).status_code == 302
    assert "<script>" not in page(browser).partition("<main")[2]


def test_guessing_is_stopped(browser):
    def told(n: int) -> str:
        asked = browser.post("/cart/codes/", {"code": f"G{n}"}, headers={"HX-Request": "true", "HX-Target": "cart"})
        return asked.content.decode()

    # Twenty a minute, twice: another minute may begin in between.
    assert any("Too many codes in a short time" in told(n) for n in range(41))


def test_a_gift_card_that_pays_it_all_needs_no_payment(browser):
    browser.post("/cart/codes/", {"code": gift_card(9000).code})
    shown = page(browser, "/checkout/")
    assert "Place the order" in shown
    assert "Gift card" in shown


def test_the_cart_works_for_guests_while_postgresql_is_away(browser, monkeypatch):
    promotion(name="Light week")
    coupon()
    browser.post("/cart/codes/", {"code": "WELCOME10"})
    page(browser)

    def away(*_args, **_kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr(deals, "look_up", away)
    monkeypatch.setattr(deals.AUTOMATIC, "_load", away)
    deals.AUTOMATIC._held.clear()
    shown = page(browser)
    assert "Light week" in shown
    assert "We cannot check the code WELCOME10 at the moment" in shown
    assert not Order.objects.exists()
