"""A cart over REST: every wrong line is refused with a reason, and the cart stays as it was."""

import json
from dataclasses import replace

import pytest

from catalog import services as catalog
from catalog.repository import products
from tests.orders.api.conftest import API
from tests.orders.goods import NOW, on_sale

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_cart_is_empty(phone):
    made = phone.post(f"{API}/carts/")
    assert made.status_code == 201
    body = made.json()
    assert (body["lines"], body["subtotal"], body["market"]) == ([], {"amount": 0, "currency": "USD"}, "us")
    assert phone.get(f"{API}/carts/{body['id']}/").json() == body


def test_a_line_shows_its_price_and_sum(phone):
    lamp = on_sale(usd=4999)
    cart = phone.new_cart()
    body = phone.set_line(cart, lamp, 2).json()
    assert body["subtotal"] == {"amount": 9998, "currency": "USD"}
    (line,) = body["lines"]
    assert (line["sku"], line["product_id"], line["quantity"]) == ("LAMP-S", lamp.product_id, 2)
    assert line["unit_price"] == {"amount": 4999, "currency": "USD"}
    assert line["total"] == {"amount": 9998, "currency": "USD"}
    assert (line["title"], line["options"], line["trouble"]) == ("The LAMP-S", {"size": "Small"}, None)


def test_setting_a_line_twice_does_not_add_up(phone):
    lamp = on_sale()
    cart = phone.cart_with((lamp, 2))
    phone.set_line(cart, lamp, 3)
    assert [line["quantity"] for line in phone.get(f"{API}/carts/{cart}/").json()["lines"]] == [3]


def test_quantity_0_removes_the_line(phone):
    lamp = on_sale()
    cart = phone.cart_with((lamp, 2))
    answer = phone.set_line(cart, lamp, 0)
    assert (answer.status_code, answer.json()["lines"]) == (200, [])


def test_a_removed_line_may_be_removed_again(phone):
    lamp = on_sale()
    cart = phone.cart_with((lamp, 2))
    for _ in range(2):
        gone = phone.delete(f"{API}/carts/{cart}/lines/LAMP-S/")
        assert (gone.status_code, gone.json()["lines"]) == (200, [])


def test_an_emptied_cart_is_still_there(phone):
    cart = phone.cart_with((on_sale(), 2))
    assert phone.delete(f"{API}/carts/{cart}/").status_code == 204
    assert phone.get(f"{API}/carts/{cart}/").json()["lines"] == []


@pytest.mark.parametrize("quantity", [-1, 100, 10**30, 1.5, "many", "", None, [], {"n": 1}, True])
def test_a_wrong_quantity_names_the_field_and_changes_nothing(phone, quantity):
    lamp = on_sale()
    cart = phone.cart_with((lamp, 2))
    refused = phone.set_line(cart, lamp, quantity)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert list(refused.json()["errors"]) == ["quantity"]
    assert phone.get(f"{API}/carts/{cart}/").json()["lines"][0]["quantity"] == 2


@pytest.mark.parametrize("product_id", ["", None, 7.5, ["x"], "x" * 41, "nul\x00"])
def test_a_wrong_product_id_names_the_field(phone, product_id):
    on_sale()
    body = json.dumps({"product_id": product_id, "quantity": 1})
    refused = phone.put(f"{API}/carts/{phone.new_cart()}/lines/LAMP-S/", body, content_type="application/json")
    assert refused.status_code in {400, 404}
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json().get("errors", {"product_id": 1}).keys() == {"product_id"}


def test_a_sku_of_another_product_is_refused(phone):
    lamp, mug = on_sale("LAMP-S"), on_sale("MUG")
    cart = phone.cart_with((lamp, 1))
    refused = phone.set_line(cart, lamp, 1, sku=mug.variants[0].sku)
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_item")
    assert len(phone.get(f"{API}/carts/{cart}/").json()["lines"]) == 1


@pytest.mark.parametrize("cart_id", ["nosuchcart", "x" * 300, "{}", "%F0%9F%92%A1"])
def test_an_unknown_cart_is_a_404_for_every_verb(phone, cart_id):
    lamp = on_sale()
    answers = [
        phone.get(f"{API}/carts/{cart_id}/"),
        phone.delete(f"{API}/carts/{cart_id}/"),
        phone.delete(f"{API}/carts/{cart_id}/lines/LAMP-S/"),
        phone.set_line(cart_id, lamp, 1),
    ]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "cart_not_found")] * 4


def test_a_draft_cannot_be_put_in(phone):
    lamp = on_sale(status="draft")
    refused = phone.set_line(phone.new_cart(), lamp, 1)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_for_sale")


def test_an_archived_product_in_a_cart_is_pointed_out_and_cannot_be_ordered(phone):
    lamp, mug = on_sale("LAMP-S", usd=4999), on_sale("MUG", usd=1000)
    cart = phone.cart_with((lamp, 1), (mug, 1))
    catalog.archive_product(product_id=lamp.product_id, expected_version=lamp.version, now=NOW)
    body = phone.get(f"{API}/carts/{cart}/").json()
    assert [line["trouble"] for line in body["lines"]] == ["gone", None]
    assert body["subtotal"]["amount"] == 1000
    refused = phone.order(cart)
    assert (refused.status_code, refused.json()["code"], refused.json()["sku"]) == (409, "not_for_sale", "LAMP-S")
    assert phone.delete(f"{API}/carts/{cart}/lines/LAMP-S/").status_code == 200
    assert phone.order(cart).status_code == 201


def test_a_cart_read_in_another_market_has_that_markets_prices(phone):
    cart = phone.cart_with((on_sale(usd=4999), 1))
    body = phone.get(f"{API}/carts/{cart}/?market=de").json()
    assert (body["market"], body["subtotal"]["currency"]) == ("de", "EUR")
    assert phone.get(f"{API}/carts/{cart}/?market=mars").json()["code"] == "unknown_market"


def test_the_ways_of_delivery_depend_on_the_country(phone):
    cart = phone.cart_with((on_sale(usd=1000), 1), market="de")
    ways = phone.get(f"{API}/carts/{cart}/shipping-methods/?market=de&country=at").json()["results"]
    assert ways[0]["price"]["currency"] == "EUR"
    refused = phone.get(f"{API}/carts/{cart}/shipping-methods/?country=DE")
    assert (refused.status_code, refused.json()["code"]) == (400, "cannot_ship")


def test_a_price_that_changed_meanwhile_is_pointed_out(phone):
    lamp = on_sale(usd=4999)
    cart = phone.cart_with((lamp, 1))
    held = products().get(lamp.product_id, freshness="strong")
    dearer = on_sale_at(held, 5999)
    catalog.save_product(product=dearer, expected_version=held.version, now=NOW)
    (line,) = phone.get(f"{API}/carts/{cart}/").json()["lines"]
    assert (line["unit_price"]["amount"], line["was"]["amount"]) == (5999, 4999)


def on_sale_at(product, usd: int):
    return replace(product, variants=(replace(product.variants[0], prices={"USD": usd}),))


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        ("{not json", "application/json", 400, "parse_error"),
        ("[1, 2]", "application/json", 400, "invalid"),
        ('"text"', "application/json", 400, "invalid"),
        ("null", "application/json", 400, "invalid"),
        ("", "application/json", 400, "invalid"),
        ('{"product_id": "x", "quantity": NaN}', "application/json", 400, "parse_error"),
        ("\xff\xfe", "application/json", 400, "parse_error"),
        ("[" * 100_000, "application/json", 400, "parse_error"),
        ("<line/>", "application/xml", 415, "unsupported_media_type"),
        ("a" * 2_000_000, "application/json", 413, "payload_too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(phone, body, kind, status, code):
    cart = phone.new_cart()
    refused = phone.put(f"{API}/carts/{cart}/lines/LAMP-S/", body.encode("latin-1"), content_type=kind)
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_a_quantity_is_refused_in_the_language_of_its_market_whoever_was_refused_before(phone):
    cart, lamp = phone.new_cart(), on_sale()
    markets = ("us", "de", "fr", "us")
    told = [phone.set_line(cart, lamp, 100, market=market).json()["errors"]["quantity"][0] for market in markets]
    assert len(set(told)) == 3
    assert told[3] == told[0]
