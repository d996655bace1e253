"""The same request sent again, at once or later, has one effect."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from orders.models import Order, Payment, SandboxCharge, StockLevel
from shopcloud.lib.throttle import ScopeThrottle
from tests.orders.api.conftest import API, Phone
from tests.orders.goods import on_sale

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_key_gives_the_same_order_and_charges_once(phone):
    cart = phone.cart_with((on_sale(), 2))
    first, second = phone.order(cart, key="k-1"), phone.order(cart, key="k-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert (Order.objects.count(), Payment.objects.count(), SandboxCharge.objects.count()) == (1, 1, 1)


def test_the_first_answer_is_given_again_whatever_became_of_the_order(phone):
    cart = phone.cart_with((on_sale(), 1))
    first = phone.order(cart, key="k-1")
    Order.objects.update(status=Order.Status.CANCELLED)
    assert phone.order(cart, key="k-1").content == first.content


def test_the_same_key_after_a_declined_card_does_not_charge_again(phone):
    cart = phone.cart_with((on_sale(), 1))
    first = phone.order(cart, key="k-1", token="tok_declined")
    second = phone.order(cart, key="k-1", token="tok_declined")
    assert second.json()["payment"] == first.json()["payment"]
    assert SandboxCharge.objects.count() == 1


def test_the_same_key_for_another_order_is_refused(phone):
    cart = phone.cart_with((on_sale(), 1))
    phone.order(cart, key="k-1")
    refused = phone.order(cart, key="k-1", email="other@example.com")
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_a_key_that_was_refused_may_be_used_again(phone):
    lamp = on_sale(units=1)
    cart = phone.cart_with((lamp, 2))
    assert phone.order(cart, key="k-1").status_code == 409
    phone.set_line(cart, lamp, 1)
    assert phone.order(cart, key="k-1").status_code == 201


def test_a_key_has_255_characters_at_most(phone):
    refused = phone.order(phone.cart_with((on_sale(), 1)), key="k" * 256)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_idempotency_key")


def test_two_people_may_use_the_same_key(buyers_phone, other_buyers_phone):
    lamp = on_sale()
    numbers = {p.order(p.cart_with((lamp, 1)), key="k-1").json()["number"] for p in (buyers_phone, other_buyers_phone)}
    assert len(numbers) == 2


def at_once(times: int, ask) -> list:
    def one(_number: int):
        try:
            return ask(Phone())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_twenty_requests_with_one_key_at_once_place_one_order(phone):
    cart = phone.cart_with((on_sale(units=10), 1))
    answers = at_once(20, lambda each: each.order(cart, key="k-1"))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_key_in_flight"}
    assert len({a.json()["number"] for a in answers if a.status_code == 201}) == 1
    assert (Order.objects.count(), SandboxCharge.objects.count()) == (1, 1)
    assert StockLevel.objects.get(sku="LAMP-S").on_hand == 9


def test_twenty_requests_without_a_key_at_once_sell_the_cart_once(phone):
    cart = phone.cart_with((on_sale(units=10), 1))
    answers = at_once(20, lambda each: each.order(cart))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert Order.objects.count() == 1
    assert SandboxCharge.objects.count() == 1


def test_ten_phones_for_three_units_make_three_orders(phone):
    lamp = on_sale(units=3)
    carts = [phone.cart_with((lamp, 1)) for _ in range(10)]
    answers = at_once(10, lambda each: each.order(carts.pop()))
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 7
    assert {a.json()["available"] for a in answers if a.status_code == 409} == {0}
    assert StockLevel.objects.get(sku="LAMP-S").on_hand == 0


def test_cancelling_twice_at_once_cancels_once(phone):
    placed = phone.order(phone.cart_with((on_sale(units=5), 1))).json()
    url, key = f"{API}/orders/{placed['number']}/cancellation/", {"HTTP_X_ORDER_KEY": placed["access_key"]}
    answers = at_once(6, lambda each: each.post(url, **key))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert StockLevel.objects.get(sku="LAMP-S").on_hand == 5


def test_too_many_orders_from_one_client_are_told_when_to_come_back(phone, monkeypatch):
    monkeypatch.setattr(ScopeThrottle, "THROTTLE_RATES", {"orders": "2/min"})
    answers = [phone.order("nosuchcart") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[-1].json()["code"] == "throttled"
    assert 0 < int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1]["Content-Type"] == "application/problem+json"
