"""What a phone does: from search to a paid order, over REST alone."""

import uuid

import pytest
import requests

from tests.journeys.client import Phone
from tests.journeys.running_shop import eventually


@pytest.fixture
def phone(shop) -> Phone:
    return Phone(shop.url)


def test_a_phone_buys_a_lamp_and_its_purchase_reaches_the_lake(shop, phone):
    lamp = phone.a_product("lamp")
    placed = phone.order(phone.a_cart_with(lamp, quantity=1), email="rest-buyer@example.com")
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert order["payment"]["status"] == "captured"
    parts = order["shipping"]["amount"] + order["tax"]["amount"] - order["discount"]["amount"]
    assert order["total"]["amount"] == sum(line["total"]["amount"] for line in order["lines"]) + parts

    mail = eventually(lambda: next((m for m in shop.mails() if order["number"] in m), None))
    assert "rest-buyer@example.com" in mail
    eventually(lambda: purchases_of(shop, order["number"]), seconds=60, every=2)


def purchases_of(shop, number: str) -> bool:
    return number in shop.manage("lake", f"SELECT order_number FROM purchases WHERE order_number = '{number}'")


def test_a_declined_card_leaves_an_order_that_a_good_card_pays(phone):
    cart = phone.a_cart_with(phone.a_product("mug"))
    declined = phone.order(cart, token="tok_declined")
    assert declined.status_code == 201, declined.text
    assert (declined.json()["status"], declined.json()["payment"]["status"]) == ("awaiting_payment", "failed")
    number, key = declined.json()["number"], declined.json()["access_key"]
    paid = phone.http.post(
        f"{phone.url}/orders/{number}/payments/", json={"token": "tok_ok"}, headers={"X-Order-Key": key}, timeout=30
    )
    assert paid.status_code == 201, paid.text
    assert paid.json()["status"] == "paid"


def test_without_a_token_the_buyer_is_sent_to_the_providers_page(phone):
    order = phone.order(phone.a_cart_with(phone.a_product("vase")), token=None).json()
    assert order["payment"]["status"] in {"pending", "requires_action"}
    assert requests.get(order["payment"]["redirect_url"], timeout=10).status_code == 200


def test_the_same_key_places_one_order(phone):
    cart, key = phone.a_cart_with(phone.a_product("bowl")), str(uuid.uuid4())
    first, second = phone.order(cart, key=key), phone.order(cart, key=key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["number"] == second.json()["number"]


def test_a_stranger_cannot_read_an_order(shop, phone):
    order = phone.order(phone.a_cart_with(phone.a_product("chair"))).json()
    assert Phone(shop.url).get(f"/orders/{order['number']}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/products/nosuchproduct/", 404),
        ("/products/?category=no/such", 404),
        ("/products/?category=lighting&cursor=%%%", 400),
        ("/products/", 400),
        ("/search/?page=-1", 400),
        ("/search/?page=99999", 400),
        ("/search/?min_price=abc", 400),
        ("/search/?sort=cheapest", 400),
        ("/carts/nosuchcart/", 404),
        ("/orders/SC-NOSUCHNO/", 404),
        ("/nowhere/", 404),
    ],
)
def test_a_bad_request_gets_a_problem_document(phone, path, status):
    answer = phone.http.get(phone.url + path, timeout=10)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "line",
    [
        {"quantity": 1},
        {"product_id": "nosuchproduct", "quantity": 1},
        {"product_id": 17, "quantity": "many"},
        {"product_id": "x", "quantity": -1},
        {"product_id": "x", "quantity": 10**9},
        {"product_id": ["x"], "quantity": 1},
        [],
        "text",
        None,
    ],
)
def test_a_bad_line_is_refused_and_the_cart_stays_as_it_was(phone, line):
    mug = phone.a_product("mug")
    cart = phone.a_cart_with(mug)
    answer = phone.put(f"/carts/{cart}/lines/{mug['variants'][0]['sku']}/", line)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(phone.get(f"/carts/{cart}/").json()["lines"]) == 1


def test_an_order_of_a_foreign_currency_market_is_refused_clearly(phone):
    assert phone.get("/search/", q="lamp", market="mars").status_code == 400
