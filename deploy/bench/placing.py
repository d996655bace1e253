"""Placing orders of three lines, in processes that call the service itself, without HTTP.

Run inside the shop's environment: `python -m deploy.bench.placing script FOLDER` writes the same rows down for pgbench,
`python -m deploy.bench.placing run CLIENTS SECONDS hot|many` measures and prints JSON.
"""

import json
import multiprocessing
import statistics
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

import django
from django.apps import apps

from deploy.bench import goods

if not apps.ready:
    django.setup()

# More than anybody places: carts are filled before the clock starts.
CARTS_A_SECOND = 600


def main(arguments: list[str]) -> int:
    if arguments[0] == "goods":
        goods.stock_up()
    elif arguments[0] == "script":
        goods.stock_up()
        for shelf in ("hot", "many"):
            (Path(arguments[1]) / f"{shelf}.sql").write_text(_script(hot=shelf == "hot"))
    else:
        print(json.dumps(_run(int(arguments[1]), float(arguments[2]), hot=arguments[3] == "hot")))
    return 0


def _run(clients: int, seconds: float, *, hot: bool) -> dict[str, float]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__ if __name__ != "__main__" else "deploy.bench.placing"])
    start, pipes = context.Barrier(clients), []
    for number in range(clients):
        mine, theirs = context.Pipe()
        context.Process(target=_client, args=(number, clients, seconds, hot, start, theirs), daemon=True).start()
        pipes.append(mine)
    answers = [pipe.recv() for pipe in pipes]
    latencies = sorted(ms for found, _ in answers for ms in found)
    return {
        "rate": sum(len(found) / lasted for found, lasted in answers),
        "p50": statistics.median(latencies),
        "p95": latencies[int(len(latencies) * 0.95)],
    }


def _client(number: int, clients: int, seconds: float, hot: bool, start: Any, answer: Connection) -> None:
    luck = Random(number)
    carts = [_cart(luck, hot=hot) for _ in range(int(CARTS_A_SECOND * seconds / clients))]
    _place(carts.pop())
    start.wait(300)
    latencies = []
    began = time.perf_counter()
    while carts and (now := time.perf_counter()) < began + seconds:
        _place(carts.pop())
        latencies.append((time.perf_counter() - now) * 1000)
    answer.send((latencies, time.perf_counter() - began))


def _place(cart_id: str) -> Any:
    from orders.services.place_order import place_order
    from shopcloud.lib import clock
    from shopcloud.markets import US

    return place_order(
        cart_id=cart_id,
        market=US,
        email=goods.EMAIL,
        address=goods.ADDRESS,
        shipping_method="standard",
        now=clock.now(),
    )


def _cart(luck: Random, *, hot: bool) -> str:
    from orders.carts import store
    from orders.carts.store import NewLine
    from shopcloud.lib import clock, ids

    cart_id = ids.secret_token()
    for number in goods.basket(luck, hot=hot):
        line = NewLine(goods.SKU.format(number), goods.product_id(number), 1, None, "us")
        store.put_line(cart_id=cart_id, line=line, add=False, now=clock.now(), make=True)
    return cart_id


def _script(*, hot: bool) -> str:
    from deploy.bench import engine_script

    luck = Random(1)
    _place(_cart(luck, hot=hot))
    cart_id = _cart(luck, hot=hot)
    with engine_script.recorded() as statements:
        order = _place(cart_id)
    starts = [goods.FIRST, goods.FIRST + goods.THIRD, goods.FIRST + 2 * goods.THIRD]
    ranges = {f"sku{n}": f"{start}, {start + goods.THIRD - 1}" for n, start in enumerate(starts)}
    if hot:
        ranges["sku0"] = f"{goods.HOT}, {goods.HOT}"
    sold = sorted(order.lines.values_list("sku", flat=True))
    plain = [sku.removeprefix(goods.PREFIX) for sku in sold]
    numbers = {rf"(?:(?<=[Bb]ench)|(?<=Bench )|(?<=BENCH-)){number}": f":sku{n}" for n, number in enumerate(plain)}
    secrets = {
        str(order.pk): ":order_id",
        order.number: ":number",
        order.cart_id: ":number",
        order.access_token: ":number",
    }
    return engine_script.script(statements, variables=secrets | numbers, ranges=ranges)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
