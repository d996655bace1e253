"""Two returns of one order are answered at once: the order's lock lets one wait for the other, never in a ring."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from orders.models import OrderLine, ReturnLine, ReturnRequest
from orders.services.answer_return import approve_return, decline_return
from orders.services.fulfil_order import fulfil_order
from orders.services.pay_order import start_payment
from orders.services.receive_return import Arrived, receive_return
from orders.services.request_return import request_return, withdraw_return
from tests.orders.goods import NOW, on_sale, order_of

pytestmark = pytest.mark.django_db(transaction=True)
SKUS = [f"SKU-{n}" for n in range(9, 0, -1)]
ROUNDS = 12


def together(*jobs):
    start = threading.Barrier(len(jobs), timeout=20)

    def one(job):
        try:
            start.wait()
            job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(one, jobs))


@pytest.mark.parametrize("way_out", ["withdraw", "decline"])
def test_a_return_is_given_up_while_another_of_the_order_arrives(way_out):
    # Their lines stand in the other order than their names.
    placed = order_of(*[(on_sale(sku, units=40), 2 * ROUNDS) for sku in SKUS], shipping_method=None)
    start_payment(order=placed, return_url="http://localhost:8000/", token="tok_ok", now=NOW)
    fulfil_order(order=placed, now=NOW)
    for _ in range(ROUNDS):
        kept, sent = (request_return(order=placed, quantities=dict.fromkeys(SKUS, 1), now=NOW) for _ in range(2))
        approve_return(request=sent, now=NOW)
        arrived = dict.fromkeys(SKUS, Arrived(1))

        def give_up(kept=kept):
            if way_out == "withdraw":
                withdraw_return(request=kept, now=NOW)
            else:
                decline_return(request=kept, answer="Too old.", now=NOW)

        together(give_up, lambda sent=sent, arrived=arrived: receive_return(request=sent, arrived=arrived, now=NOW))
    assert set(OrderLine.objects.values_list("return_asked", "returned")) == {(ROUNDS, ROUNDS)}
    assert ReturnLine.objects.filter(request__status=ReturnRequest.Status.RECEIVED, received=1).count() == ROUNDS * 9
