"""A signed-in client's own cart: known by the token, closed to everybody else, guests' carts taken over once."""

import pytest

from tests.conftest import forget_keys
from tests.orders.api.conftest import API
from tests.orders.goods import on_sale

pytestmark = pytest.mark.django_db


def mine(phone) -> dict:
    return phone.get(f"{API}/me/cart/").json()


def adopt(phone, cart_id):
    return phone.post(f"{API}/me/cart/", {"cart": cart_id}, format="json")


def test_which_cart_is_mine_needs_a_sign_in_and_is_always_the_same(phone, buyers_phone, other_buyers_phone):
    assert phone.get(f"{API}/me/cart/").status_code == 401
    assert mine(buyers_phone)["id"] == mine(buyers_phone)["id"]
    assert mine(buyers_phone)["id"] != mine(other_buyers_phone)["id"]


def test_a_guests_cart_is_taken_over_once(phone, buyers_phone):
    lamp = on_sale(units=3)
    guests = phone.cart_with((lamp, 2))
    own = mine(buyers_phone)["id"]
    buyers_phone.set_line(own, lamp, 2)
    answer = adopt(buyers_phone, guests).json()
    assert [line["quantity"] for line in answer["lines"]] == [3]
    assert "3 instead of 4" in answer["note"]
    assert adopt(buyers_phone, guests).json()["note"] == ""
    assert [line["quantity"] for line in mine(buyers_phone)["lines"]] == [3]
    assert phone.get(f"{API}/carts/{guests}/").status_code == 404


def test_a_persons_cart_opens_for_nobody_else_even_with_its_id(phone, buyers_phone, other_buyers_phone):
    lamp = on_sale()
    own = mine(buyers_phone)["id"]
    buyers_phone.set_line(own, lamp, 2)
    for stranger in (phone, other_buyers_phone):
        answers = [
            stranger.get(f"{API}/carts/{own}/"),
            stranger.delete(f"{API}/carts/{own}/"),
            stranger.set_line(own, lamp, 5),
            stranger.delete(f"{API}/carts/{own}/lines/LAMP-S/"),
            stranger.put(f"{API}/carts/{own}/saved/LAMP-S/"),
            stranger.get(f"{API}/carts/{own}/shipping-methods/"),
            stranger.order(own),
        ]
        assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert adopt(other_buyers_phone, own).json()["lines"] == []
    assert [line["quantity"] for line in mine(buyers_phone)["lines"]] == [2]
    assert buyers_phone.order(own).status_code == 201


def test_it_is_there_when_redis_comes_back_empty(buyers_phone):
    own = mine(buyers_phone)["id"]
    buyers_phone.set_line(own, on_sale(), 2)
    forget_keys()
    back = mine(buyers_phone)
    assert (back["id"], back["lines"][0]["quantity"]) == (own, 2)


def test_a_line_is_saved_for_later_and_put_back(phone):
    lamp, mug = on_sale(units=1), on_sale("MUG")
    cart = phone.cart_with((lamp, 2), (mug, 1))
    saved = phone.put(f"{API}/carts/{cart}/saved/LAMP-S/").json()
    assert [line["sku"] for line in saved["lines"]] == ["MUG"]
    looked_up = phone.get(f"{API}/carts/{cart}/").json()["saved"][0]
    assert (looked_up["sku"], looked_up["quantity"], looked_up["trouble"], looked_up["available"]) == (
        "LAMP-S",
        2,
        "short",
        1,
    )
    back = phone.put(f"{API}/carts/{cart}/saved/LAMP-S/line/").json()
    assert (len(back["lines"]), back["saved"]) == (2, [])
    phone.put(f"{API}/carts/{cart}/saved/MUG/")
    assert phone.delete(f"{API}/carts/{cart}/saved/MUG/").json()["saved"] == []


@pytest.mark.parametrize("body", [{"cart": "x" * 65}, {"cart": ["a"]}, {"cart": {}}, []])
def test_a_bad_request_is_told_so(buyers_phone, body):
    assert buyers_phone.post(f"{API}/me/cart/", body, format="json").status_code == 400


@pytest.mark.parametrize("cart", ["nosuch", "..", "%00", "{x}"])
def test_a_cart_that_is_not_there_is_nothing_to_take_over(buyers_phone, cart):
    answer = adopt(buyers_phone, cart)
    assert (answer.status_code, answer.json()["lines"]) == (200, [])
