"""The bench's clients: threads that place orders as fast as they can, in as many processes as the shop has."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from random import Random
from typing import Any

import django
from django.apps import apps

from deploy.bench import goods

if not apps.ready:
    # Loaded once, by the server that all clients are forked from.
    django.setup()

from orders.carts import store
from orders.carts.store import NewLine
from orders.services.place_order import place_order
from shopcloud.lib import clock, ids
from shopcloud.lib.stack_room import give_threads_room
from shopcloud.markets import US

# More than anybody places: carts are filled before the clock starts.
CARTS_A_SECOND = 600


def process(number: int, clients: int, of: int, seconds: float, hot: bool, start: Any, answer: Connection) -> None:
    """Let so many clients of all that there are place orders for so long, each in a thread, as in a web worker.

    Answers with each one's milliseconds, and the seconds it took in all.
    """
    # What a web worker does once it is loaded (deploy/docker/gunicorn.conf.py).
    give_threads_room()
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    with ThreadPoolExecutor(clients) as pool:
        waiting = [pool.submit(_client, number * of + n, of, seconds, hot, start) for n in range(clients)]
        answer.send([one.result() for one in waiting])


def _client(number: int, many: int, seconds: float, hot: bool, start: Any) -> tuple[list[float], float]:
    luck = Random(number)
    carts = [cart(luck, hot=hot) for _ in range(int(CARTS_A_SECOND * seconds / many) + 1)]
    place(carts.pop())
    start.wait(300)
    latencies = []
    began = time.perf_counter()
    while carts and (now := time.perf_counter()) < began + seconds:
        place(carts.pop())
        latencies.append((time.perf_counter() - now) * 1000)
    return latencies, time.perf_counter() - began


def place(cart_id: str) -> Any:
    buyer: dict[str, Any] = {"email": goods.EMAIL, "address": goods.ADDRESS}
    return place_order(cart_id=cart_id, market=US, **buyer, shipping_method="standard", now=clock.now())


def cart(luck: Random, *, hot: bool) -> str:
    """The id of a new cart with one of each of three SKUs."""
    cart_id = ids.secret_token()
    for number in goods.basket(luck, hot=hot):
        line = NewLine(goods.SKU.format(number), goods.product_id(number), 1, None, "us")
        store.put_line(cart_id=cart_id, line=line, add=False, now=clock.now(), make=True)
    return cart_id
