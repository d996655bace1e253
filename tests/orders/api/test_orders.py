"""Placing an order over REST: paid, declined, confirmed by the bank, unanswered; refused with nothing half done."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import DownloadGrant, Order, Payment, Refund, SandboxCharge, StockLevel
from orders.services import refund_order
from shopcloud.lib.outbox import OutboxEvent
from tests.orders.api.conftest import API
from tests.orders.goods import ADDRESS, NOW, download, on_sale

pytestmark = pytest.mark.django_db(transaction=True)
# A cursor of ours in form, whose moment leaves the calendar when it is turned to UTC.
YEAR_ONE = "MDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCAx"
BERLIN = {"name": "Mara Lind", "line1": "Lange Straße 5", "city": "Berlin", "postal_code": "10115", "country": "DE"}


def test_a_paid_order_says_what_was_bought_and_what_it_cost(phone):
    placed = phone.order(phone.cart_with((on_sale("LAMP-S", usd=4999), 2), (on_sale("MUG", usd=1295), 1)))
    assert placed.status_code == 201
    body = placed.json()
    assert (body["status"], body["payment"]["status"], body["payment"]["redirect_url"]) == ("paid", "captured", "")
    assert [(line["sku"], line["quantity"], line["total"]["amount"]) for line in body["lines"]] == [
        ("LAMP-S", 2, 9998),
        ("MUG", 1, 1295),
    ]
    sums = {name: body[name]["amount"] for name in ("subtotal", "shipping", "tax", "discount", "total")}
    assert sums == {"subtotal": 11293, "shipping": 0, "tax": 819, "discount": 0, "total": 12112}
    assert body["total"]["currency"] == "USD"
    assert body["shipping_address"]["city"] == "San Francisco"
    assert StockLevel.objects.get(sku="LAMP-S").on_hand == 8


def test_a_declined_card_leaves_an_order_to_be_paid_again(phone):
    placed = phone.order(phone.cart_with((on_sale(), 1)), token="tok_declined").json()
    assert (placed["status"], placed["payment"]["status"]) == ("awaiting_payment", "failed")
    assert placed["payment"]["failure"]
    url, key = f"{API}/orders/{placed['number']}/payments/", {"HTTP_X_ORDER_KEY": placed["access_key"]}
    paid = phone.post(url, {"token": "tok_ok"}, format="json", **key)
    assert (paid.status_code, paid.json()["status"]) == (201, "paid")
    refused = phone.post(url, {"token": "tok_ok"}, format="json", **key)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_payable")


def test_why_a_card_was_declined_is_told_in_the_language_of_the_market(phone):
    lamp = on_sale(usd=1000)
    declined = {"token": "tok_declined"}
    german = phone.order(phone.cart_with((lamp, 1), market="de"), market="de", shipping_address=BERLIN, **declined)
    assert german.json()["payment"]["failure"] == "Die Karte wurde abgelehnt."
    american = phone.order(phone.cart_with((lamp, 1)), **declined)
    assert american.json()["payment"]["failure"] == "The card was declined."


@pytest.mark.parametrize("token", ["tok_3ds", None])
def test_a_payment_that_needs_the_buyer_leads_to_the_providers_page(phone, token):
    placed = phone.order(phone.cart_with((on_sale(), 1)), token=token).json()
    assert (placed["status"], placed["payment"]["status"]) == ("awaiting_payment", "requires_action")
    assert placed["payment"]["redirect_url"].startswith("http")


def test_a_provider_that_does_not_answer_leaves_the_payment_pending(phone):
    placed = phone.order(phone.cart_with((on_sale(), 1)), token="tok_timeout")
    assert placed.status_code == 201
    assert (placed.json()["status"], placed.json()["payment"]["status"]) == ("awaiting_payment", "pending")


def test_an_unknown_token_fails_the_payment_and_keeps_the_order(phone):
    placed = phone.order(phone.cart_with((on_sale(), 1)), token="tok_made_up")
    assert placed.status_code == 201
    assert (placed.json()["status"], placed.json()["payment"]["status"]) == ("awaiting_payment", "failed")


def test_an_ordered_cart_is_empty_and_cannot_be_ordered_again(phone):
    cart = phone.cart_with((on_sale(), 1))
    assert phone.order(cart).status_code == 201
    assert phone.get(f"{API}/carts/{cart}/").json()["lines"] == []
    refused = phone.order(cart)
    assert (refused.status_code, refused.json()["code"]) == (409, "cart_empty")


def test_more_than_there_is_names_the_sku_and_what_is_left(phone):
    cart = phone.cart_with((on_sale(units=2), 3))
    refused = phone.order(cart)
    assert (refused.status_code, refused.json()["code"]) == (409, "out_of_stock")
    assert (refused.json()["sku"], refused.json()["available"]) == ("LAMP-S", 2)
    assert Order.objects.count() == 0
    assert len(phone.get(f"{API}/carts/{cart}/").json()["lines"]) == 1


def test_an_unknown_cart_is_404(phone):
    refused = phone.order("nosuchcart")
    assert (refused.status_code, refused.json()["code"]) == (404, "cart_not_found")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": "not an address"}, {"email"}),
        ({"email": None}, {"email"}),
        ({"email": 5}, {"email"}),
        ({"cart": ["x"], "email": ["a"]}, {"cart", "email"}),
        ({"shipping_address": "San Francisco"}, {"shipping_address"}),
        ({"shipping_address": {"name": "Mara"}}, {"shipping_address"}),
        ({"shipping_address": {**ADDRESS, "country": "XX"}}, {"shipping_address"}),
        ({"shipping_address": {**ADDRESS, "country": "United States"}}, {"shipping_address"}),
        ({"shipping_address": {**ADDRESS, "postal_code": "SW1A 1AA"}}, {"shipping_address"}),
        ({"shipping_address": {**ADDRESS, "region": "Bavaria"}}, {"shipping_address"}),
        ({"shipping_address": {**ADDRESS, "line1": "x" * 500}}, {"shipping_address"}),
        ({"shipping_address": None}, {"shipping_address"}),
        ({"shipping_method": {"code": "standard"}}, {"shipping_method"}),
        ({"payment": "tok_ok"}, {"payment"}),
        ({"payment": {"token": ["tok_ok"]}}, {"payment"}),
    ],
)
def test_a_bad_order_names_the_fields_and_orders_nothing(phone, changes, fields):
    refused = phone.order(phone.cart_with((on_sale(), 1)), **changes)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert set(refused.json()["errors"]) == fields
    assert Order.objects.count() == 0


def test_a_german_address_cannot_be_shipped_to_from_the_us_market(phone):
    refused = phone.order(phone.cart_with((on_sale(), 1)), shipping_address=BERLIN)
    assert (refused.status_code, refused.json()["code"]) == (400, "cannot_ship")


def test_an_unknown_way_of_delivery_is_refused(phone):
    refused = phone.order(phone.cart_with((on_sale(), 1)), shipping_method="by-pigeon")
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_shipping_method")


def test_the_market_of_the_address_sells_in_its_currency(phone):
    cart = phone.cart_with((on_sale(usd=1000), 1), market="de")
    body = phone.order(cart, market="de", shipping_address=BERLIN).json()
    assert (body["total"], body["tax_included"]) == ({"amount": 1490, "currency": "EUR"}, True)


def test_what_is_downloaded_needs_no_address(phone):
    placed = phone.order(phone.cart_with((download(), 1)), shipping_address=None, shipping_method=None, region="CA")
    assert placed.status_code == 201
    assert (placed.json()["status"], placed.json()["shipping"]["amount"]) == ("paid", 0)


def test_an_order_opens_for_the_guest_with_its_key_and_for_nobody_else(phone, buyers_phone):
    placed = phone.order(phone.cart_with((on_sale(), 1))).json()
    url = f"{API}/orders/{placed['number']}/"
    assert phone.get(url, HTTP_X_ORDER_KEY=placed["access_key"]).json()["number"] == placed["number"]
    strangers = [
        phone.get(url),
        phone.get(url, HTTP_X_ORDER_KEY="wrong"),
        phone.get(url, HTTP_X_ORDER_KEY="ключ"),
        buyers_phone.get(url),
        phone.post(url + "cancellation/"),
        phone.post(url + "payments/", {"token": "tok_ok"}, format="json"),
    ]
    assert {(answer.status_code, answer.json()["code"]) for answer in strangers} == {(404, "not_found")}


def test_a_buyer_reads_the_own_order_and_no_other(buyers_phone, other_buyers_phone):
    placed = buyers_phone.order(buyers_phone.cart_with((on_sale(), 1))).json()
    url = f"{API}/orders/{placed['number']}/"
    assert buyers_phone.get(url).status_code == 200
    assert other_buyers_phone.get(url).status_code == 404
    assert other_buyers_phone.post(url + "cancellation/").status_code == 404


def test_the_history_pages_by_cursor_newest_first(buyers_phone, other_buyers_phone):
    lamp = on_sale(units=99)
    numbers = [buyers_phone.order(buyers_phone.cart_with((lamp, 1))).json()["number"] for _ in range(13)]
    seen, url = [], f"{API}/orders/"
    while url:
        page = buyers_phone.get(url).json()
        seen += [order["number"] for order in page["results"]]
        url = page["next"]
    assert seen == numbers[::-1]
    assert other_buyers_phone.get(f"{API}/orders/").json()["results"] == []


def test_an_order_whose_download_was_fetched_cannot_be_cancelled(phone):
    placed = phone.order(
        phone.cart_with((download(), 1)), shipping_address=None, shipping_method=None, region="CA"
    ).json()
    DownloadGrant.objects.filter(line__order__number=placed["number"]).update(redeemed_at=NOW)
    refused = phone.post(
        f"{API}/orders/{placed['number']}/cancellation/", format="json", HTTP_X_ORDER_KEY=placed["access_key"]
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_cancel")
    assert "download" in refused.json()["detail"]


@pytest.mark.parametrize("cursor", ["bogus", "%00", "x" * 3000, "MjAyNi0xMS0yMCAx", YEAR_ONE])
def test_a_foreign_cursor_is_refused(buyers_phone, cursor):
    refused = buyers_phone.get(f"{API}/orders/?cursor={cursor}")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_cursor")


def test_a_guest_has_no_history(phone):
    refused = phone.get(f"{API}/orders/")
    assert (refused.status_code, refused.json()["code"]) == (401, "not_authenticated")
    assert "Bearer" in refused["WWW-Authenticate"]


def test_cancelling_a_paid_order_gives_money_and_goods_back_once(phone):
    placed = phone.order(phone.cart_with((on_sale(units=10), 2))).json()
    url, key = f"{API}/orders/{placed['number']}/cancellation/", {"HTTP_X_ORDER_KEY": placed["access_key"]}
    cancelled = phone.post(url, **key)
    assert (cancelled.status_code, cancelled.json()["status"]) == (201, "cancelled")
    refused = phone.post(url, **key)
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_cancel")
    assert StockLevel.objects.get(sku="LAMP-S").on_hand == 10
    assert OutboxEvent.objects.filter(event_name="OrderCancelled").count() == 1
    refund_order.refund_cancelled_order(order_number=placed["number"], now=NOW)
    refund_order.settle_refund(refund_id=Refund.objects.get().pk, now=NOW)
    assert SandboxCharge.objects.get().refunded == placed["total"]["amount"]
    assert phone.get(f"{API}/orders/{placed['number']}/", **key).json()["payment"]["status"] == "refunded"


def test_cancelling_an_unpaid_order_frees_its_units(phone):
    placed = phone.order(phone.cart_with((on_sale(units=1), 1)), token=None).json()
    assert phone.order(phone.cart_with((on_sale("MUG"), 1))).status_code == 201
    key = {"HTTP_X_ORDER_KEY": placed["access_key"]}
    assert phone.post(f"{API}/orders/{placed['number']}/cancellation/", **key).status_code == 201
    assert StockLevel.objects.get(sku="LAMP-S").available == 1
    refused = phone.post(f"{API}/orders/{placed['number']}/payments/", {"token": "tok_ok"}, format="json", **key)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_payable")


def test_an_order_has_one_charge_per_attempt(phone):
    placed = phone.order(phone.cart_with((on_sale(), 1))).json()
    assert Payment.objects.filter(order__number=placed["number"]).count() == 1
    assert SandboxCharge.objects.count() == 1


VIENNA = {"name": "Eva Huber", "line1": "Ring 1", "postal_code": "1010", "city": "Wien", "country": "AT"}


def test_a_company_with_a_vat_id_of_another_state_orders_without_vat(phone):
    cart = phone.cart_with((on_sale(usd=11900), 1), market="de")
    firm = {"company": "Huber GmbH", "vat_id": "ATU13585627"}
    body = phone.order(cart, market="de", shipping_address=VIENNA, **firm).json()
    assert (body["reverse_charge"], body["total"]["amount"], body["tax"]["amount"]) == (True, 9917, 0)
    assert (body["company"], body["vat_id"], body["lines"][0]["tax_rate"]) == ("Huber GmbH", "ATU13585627", "0.000000")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"vat_id": "ATU13585628", "company": "Huber GmbH"}, "vat_id"),
        ({"vat_id": "ATU13585627"}, "company"),
        ({"vat_id": "\u0661" * 20, "company": "Huber GmbH"}, "vat_id"),
    ],
)
def test_a_vat_id_that_cannot_be_is_refused_by_its_field(phone, changes, field):
    cart = phone.cart_with((on_sale(), 1), market="de")
    refused = phone.order(cart, market="de", shipping_address=VIENNA, **changes)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


@pytest.mark.parametrize(
    ("place", "field"), [({}, "region"), ({"region": "ZZ"}, "region"), ({"country": "XX"}, "country")]
)
def test_a_download_needs_to_know_where_its_buyer_is(phone, place, field):
    cart = phone.cart_with((download(), 1))
    refused = phone.order(cart, shipping_address=None, shipping_method=None, **place)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])


def test_each_line_tells_its_tax(phone):
    body = phone.order(
        phone.cart_with((on_sale(usd=1190), 1), market="de"), market="de", shipping_address=BERLIN
    ).json()
    line = body["lines"][0]
    assert (line["tax_rate"], line["tax"]["amount"]) == ("0.190000", 190)
    assert line["tax_label"].endswith(" 19 % DE")


def test_a_page_of_orders_costs_the_same_statements_however_many_it_holds(buyers_phone):
    lamp = on_sale(units=20)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert buyers_phone.get(f"{API}/orders/").status_code == 200
        return len(asked)

    buyers_phone.order(buyers_phone.cart_with((lamp, 1)))
    one = statements()
    for _ in range(4):
        buyers_phone.order(buyers_phone.cart_with((lamp, 1)))
    assert statements() == one


def test_a_refusal_is_in_the_language_of_its_market_whoever_was_refused_before(phone):
    told = [phone.order("c" * 65, market=market).json()["errors"]["cart"][0] for market in ("us", "de", "fr", "us")]
    assert ("Ensure" in told[0], "Stelle sicher" in told[1], "Assurez-vous" in told[2]) == (True, True, True)
    assert told[3] == told[0]


def test_what_is_wrong_with_nothing_at_all_is_told_by_fields_too(phone):
    answer = phone.generic("POST", f"{API}/orders/", "null", "application/json", HTTP_IDEMPOTENCY_KEY="a-key")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["non_field_errors"])
