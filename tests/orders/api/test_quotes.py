"""What a cart will cost is told before it is ordered, and the order costs that."""

import pytest

from tests.orders.api.conftest import API
from tests.orders.goods import ADDRESS, on_sale

pytestmark = pytest.mark.django_db(transaction=True)
HOME = {name: ADDRESS[name] for name in ("country", "region", "postal_code")}


def quoted(phone, cart, market="us", **body):
    return phone.post(f"{API}/carts/{cart}/quote/?market={market}", body, format="json")


def test_an_order_costs_what_was_quoted(phone):
    cart = phone.cart_with((on_sale(usd=4999), 2))
    told = quoted(phone, cart, **HOME, shipping_method="standard")
    assert told.status_code == 200, told.json()
    order = phone.order(cart).json()
    sums = ("subtotal", "shipping", "discount", "tax", "total", "gift_card", "due", "tax_included", "shipping_method")
    assert {name: told.json()[name] for name in sums} == {name: order[name] for name in sums}
    assert told.json()["tax"]["amount"] > 0
    assert told.json()["tax_known"] is True


def test_before_the_state_is_told_the_tax_is_not_known(phone):
    cart = phone.cart_with((on_sale(usd=4999), 1))
    told = quoted(phone, cart).json()
    assert (told["tax_known"], told["tax"]["amount"]) == (False, 0)
    assert told["shipping_methods"][0]["code"] == told["shipping_method"]


def test_a_quote_changes_nothing(phone):
    cart = phone.cart_with((on_sale(), 1))
    before = phone.get(f"{API}/carts/{cart}/").json()
    quoted(phone, cart, **HOME)
    assert phone.get(f"{API}/carts/{cart}/").json() == before


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"country": "ZZ"}, 400, "invalid"),
        ({"country": "BR"}, 400, "cannot_ship"),
        ({"shipping_method": "teleport"}, 400, "unknown_shipping_method"),
        ({"email": "nobody"}, 400, "invalid"),
        ({"vat_id": "DE1"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_quoted_is_refused_with_its_reason(phone, body, status, code):
    refused = quoted(phone, phone.cart_with((on_sale(), 1)), **body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_what_cannot_be_bought_is_not_quoted(phone):
    assert quoted(phone, phone.new_cart()).json()["code"] == "cart_empty"
    lamp = on_sale(units=1)
    cart = phone.cart_with((lamp, 1))
    assert phone.order(phone.cart_with((lamp, 1))).status_code == 201
    refused = quoted(phone, cart)
    assert (refused.status_code, refused.json()["code"], refused.json()["sku"]) == (409, "out_of_stock", "LAMP-S")


def test_a_persons_cart_is_quoted_to_nobody_else(phone, buyers_phone):
    theirs = buyers_phone.get(f"{API}/me/cart/").json()["id"]
    assert quoted(phone, theirs).json()["code"] == "cart_not_found"


def test_a_translated_sentence_says_why(phone):
    cart = phone.cart_with((on_sale(), 1), market="de")
    refused = quoted(phone, cart, market="de", country="ZZ").json()
    assert refused["errors"] == {"country": "Wählen Sie ein Land aus der Liste."}
