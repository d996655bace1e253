"""Coupons and gift cards over REST."""

import pytest

from orders.models import Order
from tests.orders.api.conftest import API, Phone
from tests.orders.goods import ADDRESS, on_sale
from tests.orders.offers import coupon, gift_card, promotion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone():
    return Phone()


@pytest.fixture
def cart(phone):
    made = phone.new_cart()
    phone.set_line(made, on_sale(usd=4000), 1)
    return made


def put(phone, cart, code):
    return phone.put(f"{API}/carts/{cart}/codes/{code}/")


def test_a_code_is_used_and_the_cart_says_what_it_saves(phone, cart):
    coupon(name="Welcome")
    answer = put(phone, cart, "welcome10")
    assert answer.status_code == 200
    body = answer.json()
    assert body["codes"] == [{"code": "WELCOME10", "applied": True, "reason": None, "message": ""}]
    (saved,) = body["discounts"]
    assert (saved["name"], saved["code"], saved["amount"]) == (
        "Welcome",
        "WELCOME10",
        {"amount": 400, "currency": "USD"},
    )
    assert (body["discount"]["amount"], body["total"]["amount"]) == (400, 4000 - 400 + 595)


def test_a_code_that_may_count_later_says_what_is_missing(phone, cart):
    coupon(minimums={"USD": 5000})
    (code,) = put(phone, cart, "WELCOME10").json()["codes"]
    assert (code["applied"], code["reason"]) == (False, "minimum")
    assert code["message"] == "Add goods for $10.00 more to use the code WELCOME10."


@pytest.mark.parametrize(
    ("code", "status", "named"),
    [
        ("NOSUCH", 404, "unknown_code"),
        ("GIFT-AAAA-BBBB-CCCC-DDDD", 404, "unknown_gift_card"),
        ("%F0%9F%8E%81", 404, "unknown_code"),
        ("x" * 300, 404, "unknown_code"),
    ],
)
def test_what_is_unknown_is_a_clear_404(phone, cart, code, status, named):
    answer = put(phone, cart, code)
    assert (answer.status_code, answer.json()["code"]) == (status, named)


def test_a_used_up_code_is_409(phone, cart):
    coupon(limit=0)
    assert (put(phone, cart, "WELCOME10").status_code, put(phone, cart, "WELCOME10").json()["code"]) == (
        409,
        "code_refused",
    )


def test_a_cart_takes_five_codes(phone, cart):
    for n in range(6):
        coupon(f"CODE{n}")
        answer = put(phone, cart, f"CODE{n}")
    assert (answer.status_code, answer.json()["code"]) == (409, "too_many_codes")


def test_a_gift_card_is_shown_by_its_end_and_removed_by_its_id(phone, cart):
    issued = gift_card(1000)
    body = put(phone, cart, issued.code).json()
    (card,) = body["gift_cards"]
    assert (card["ending"], card["balance"]["amount"], card["paid"]["amount"]) == (issued.code[-4:], 1000, 1000)
    assert body["due"]["amount"] == body["total"]["amount"] - 1000
    removed = phone.delete(f"{API}/carts/{cart}/codes/{card['id']}/").json()
    assert removed["gift_cards"] == []


def test_the_order_names_its_discounts_and_what_the_gift_card_paid(phone, cart):
    promotion(name="Light week")
    put(phone, cart, gift_card(1000).code)
    wanted = {"cart": cart, "email": "mara@example.com", "shipping_address": ADDRESS, "payment": {"token": "tok_ok"}}
    body = phone.post(f"{API}/orders/", wanted, format="json").json()
    assert [one["name"] for one in body["discounts"]] == ["Light week"]
    assert (body["status"], body["gift_card"]["amount"]) == ("paid", 1000)
    assert body["due"]["amount"] == body["total"]["amount"] - 1000


def test_a_code_that_no_longer_counts_stops_an_order_that_saw_no_total(phone, cart):
    code = coupon()
    put(phone, cart, "WELCOME10")
    type(code.promotion).objects.update(active=False)
    wanted = {"cart": cart, "email": "mara@example.com", "shipping_address": ADDRESS}
    answer = phone.post(f"{API}/orders/", wanted, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "code_not_applied")
    assert not Order.objects.exists()


def test_guessing_codes_is_stopped(phone, cart):
    answers = [put(phone, cart, f"GUESS{n}").status_code for n in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429
