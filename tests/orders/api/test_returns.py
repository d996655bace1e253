"""A customer asks over REST to send items back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from orders.models import Order, OrderNote, ReturnRequest
from orders.services.fulfil_order import fulfil_order
from orders.services.request_return import CannotReturn, request_return
from shopcloud.lib import clock
from tests.orders.api.conftest import API
from tests.orders.goods import download, on_sale

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
    assert (asked.json()["status"], asked.json()["lines"]) == ("requested", [{"sku": "LAMP-S", "quantity": 1}])
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
