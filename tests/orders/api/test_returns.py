"""A customer asks over REST to send items back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import Order, OrderNote, ReturnRequest
from orders.services.answer_return import approve_return
from orders.services.fulfil_order import fulfil_order
from orders.services.receive_return import Arrived, receive_return
from orders.services.refund_order import refund_order
from orders.services.refund_return import refund_return
from orders.services.request_return import CannotReturn, request_return
from shopcloud.lib import clock
from tests.orders.api.conftest import API
from tests.orders.goods import download, on_sale

RETURNED = {"sku": "LAMP-S", "quantity": 1, "reason": "other", "received": None}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(buyers_phone) -> Order:
    """Three lamps, paid and on their way to `buyer`."""
    placed = buyers_phone.order(buyers_phone.cart_with((on_sale("LAMP-S"), 3)))
    order = Order.objects.get(number=placed.json()["number"])
    fulfil_order(order=order, now=clock.now())
    return order


def ask(phone, order: Order, *lines, reason: str = "Too bright", **headers):
    body = {"reason": reason, "lines": [{"sku": sku, "quantity": n} for sku, n in lines]}
    return phone.post(f"{API}/orders/{order.number}/returns/", body, format="json", **headers)


def test_a_buyer_asks_to_return_one_of_three_lamps_and_the_order_tells(buyers_phone, sent):
    asked = ask(buyers_phone, sent, ("LAMP-S", 1))
    assert asked.status_code == 201
    assert (asked.json()["status"], asked.json()["lines"]) == ("requested", [RETURNED])
    assert buyers_phone.get(f"{API}/orders/{sent.number}/returns/").json()["results"] == [asked.json()]
    assert OrderNote.objects.filter(order=sent, text="Return requested", for_customer=True).exists()


def test_no_more_is_returned_than_was_bought(buyers_phone, sent):
    assert ask(buyers_phone, sent, ("LAMP-S", 2)).status_code == 201
    refused = ask(buyers_phone, sent, ("LAMP-S", 2))
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_return")
    assert "1 can still be returned" in refused.json()["detail"]


def test_ten_requests_at_once_for_three_lamps_return_three(sent):
    def attempt(_: int) -> bool:
        try:
            request_return(order=sent, quantities={"LAMP-S": 1}, reason="x", now=clock.now())
        except CannotReturn:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(10))) == 3


def test_the_same_key_asks_once(buyers_phone, sent):
    answers = [ask(buyers_phone, sent, ("LAMP-S", 1), HTTP_IDEMPOTENCY_KEY="r-1").json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert ReturnRequest.objects.count() == 1


def test_an_order_that_was_not_sent_is_cancelled_instead(buyers_phone):
    placed = buyers_phone.order(buyers_phone.cart_with((on_sale("MUG"), 1)))
    refused = ask(buyers_phone, Order.objects.get(number=placed.json()["number"]), ("MUG", 1))
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_return")


def test_a_download_cannot_be_sent_back(buyers_phone):
    bought = buyers_phone.order(buyers_phone.cart_with((download("PATTERN"), 1)), shipping_method=None)
    order = Order.objects.get(number=bought.json()["number"])
    fulfil_order(order=order, now=clock.now())
    assert ask(buyers_phone, order, ("PATTERN", 1)).status_code == 409


def test_another_buyers_order_cannot_be_returned(other_buyers_phone, sent):
    assert ask(other_buyers_phone, sent, ("LAMP-S", 1)).status_code == 404
    assert other_buyers_phone.get(f"{API}/orders/{sent.number}/returns/").status_code == 404


@pytest.mark.parametrize(
    "lines", [[], [("LAMP-S", 0)], [("LAMP-S", -1)], [("LAMP-S", 10**9)], [("LAMP-S", "many")], [(None, 1)]]
)
def test_a_bad_request_names_its_fields(buyers_phone, sent, lines):
    refused = ask(buyers_phone, sent, *lines)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")


def test_an_item_of_another_order_is_refused(buyers_phone, sent):
    assert ask(buyers_phone, sent, ("MUG", 1)).status_code == 409


def test_the_order_tells_of_its_parcels_returns_and_refunds(buyers_phone, sent):
    order = buyers_phone.get(f"{API}/orders/{sent.number}/").json()
    assert order["fulfilment_status"] == "fulfilled"
    assert order["fulfilments"][0]["lines"] == [{"sku": "LAMP-S", "quantity": 3}]
    assert (order["returns"], order["refunds"]) == ([], [])
    asked = ask(buyers_phone, sent, ("LAMP-S", 1)).json()
    request = ReturnRequest.objects.get()
    approve_return(request=request, now=clock.now())
    receive_return(request=request, arrived={"LAMP-S": Arrived(1)}, now=clock.now())
    refund_return(request=request, now=clock.now())
    order = buyers_phone.get(f"{API}/orders/{sent.number}/").json()
    assert order["fulfilment_status"] == "partially_returned"
    (refund,), (returned,) = order["refunds"], order["returns"]
    assert (returned["id"], returned["status"], returned["lines"][0]["received"]) == (asked["id"], "refunded", 1)
    line = sent.lines.get()
    share = {"amount": (line.total - line.discount + line.tax) // 3, "currency": "USD"}
    assert refund["amount"] == share and refund["return_id"] == asked["id"]
    assert refund["lines"] == [{"sku": "LAMP-S", "quantity": 1, "amount": share}]
    listed = buyers_phone.get(f"{API}/orders/").json()["results"]
    assert listed[0]["refunds"] == order["refunds"]


def test_a_buyer_withdraws_over_rest_until_the_goods_are_here(buyers_phone, other_buyers_phone, sent):
    asked = ask(buyers_phone, sent, ("LAMP-S", 1)).json()
    path = f"{API}/orders/{sent.number}/returns/{asked['id']}/"
    assert buyers_phone.get(path).json() == asked
    assert other_buyers_phone.get(path).status_code == 404
    assert other_buyers_phone.post(f"{path}withdrawal/").status_code == 404
    withdrawn = buyers_phone.post(f"{path}withdrawal/")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (201, "withdrawn")
    again = buyers_phone.post(f"{path}withdrawal/")
    assert (again.status_code, again.json()["code"]) == (409, "cannot_withdraw")
    assert buyers_phone.get(f"{API}/orders/{sent.number}/returns/{2**70}/").status_code == 404


def test_a_list_of_orders_costs_the_same_however_many_were_sent_and_returned(buyers_phone, sent):
    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert buyers_phone.get(f"{API}/orders/").status_code == 200
        return len(seen)

    ask(buyers_phone, sent, ("LAMP-S", 1))
    refund_order(order=sent, reason="sorry", amount=100, now=clock.now())
    one = statements()
    other = Order.objects.get(number=buyers_phone.order(buyers_phone.cart_with((on_sale("MUG"), 2))).json()["number"])
    fulfil_order(order=other, now=clock.now())
    ask(buyers_phone, other, ("MUG", 1))
    refund_order(order=other, reason="sorry", amount=100, now=clock.now())
    assert statements() == one
