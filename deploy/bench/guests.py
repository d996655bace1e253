"""Whole guest checkouts over HTTP: a new cart, three lines, an order paid with a token. A process for each guest."""

import json
import multiprocessing
import statistics
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from deploy.bench import goods

BUDGET = 55
WAIT_SECONDS = 10.0
HEAD = (
    "| a guest's whole checkout over HTTP | connections | checkouts/s | budget | p50 ms | p95 ms | p99 ms | failed |",
    "|---|--:|--:|--:|--:|--:|--:|--:|",
)


@dataclass(frozen=True)
class Checkouts:
    connections: int
    rate: float
    latencies: list[float]
    failed: int

    def row(self) -> str:
        p95, p99 = (self.latencies[int(len(self.latencies) * share)] for share in (0.95, 0.99))
        return (
            f"| cart, 3 lines, order, paid: 5 requests | {self.connections} | {self.rate:.1f} | {BUDGET} "
            f"| {statistics.median(self.latencies):.1f} | {p95:.1f} | {p99:.1f} | {self.failed} |"
        )


def checkouts(port: int, *, seconds: float, connections: int = 8) -> Checkouts:
    pipes = []
    for number in range(connections):
        mine, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=_guest, args=(port, number, seconds, theirs), daemon=True).start()
        pipes.append(mine)
    answers = [pipe.recv() for pipe in pipes]
    return Checkouts(
        connections=connections,
        rate=sum(done for done, _, _ in answers) / seconds,
        latencies=sorted(ms for _, found, _ in answers for ms in found),
        failed=sum(failed for _, _, failed in answers),
    )


def _guest(port: int, number: int, seconds: float, answer: Connection) -> None:
    luck, latencies, done, failed = Random(number), list[float](), 0, 0
    connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        try:
            status = _checkout(connection, luck, latencies)
        except OSError:
            status = ""
        done += status == "paid"
        failed += status != "paid"
    answer.send((done, latencies, failed))


def _checkout(connection: HTTPConnection, luck: Random, latencies: list[float]) -> str:
    def ask(method: str, path: str, body: dict[str, Any]) -> Any:
        started = time.perf_counter()
        connection.request(method, f"/api/v1/{path}", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        latencies.append((time.perf_counter() - started) * 1000)
        return json.loads(text) if answer.status < HTTPStatus.BAD_REQUEST else {}

    cart = ask("POST", "carts/", {})["id"]
    for number in goods.basket(luck, many=goods.POPULAR):
        line = {"product_id": goods.product_id(number), "quantity": 1}
        ask("PUT", f"carts/{cart}/lines/{goods.SKU.format(number)}/", line)
    order = {
        "cart": cart,
        "email": goods.EMAIL,
        "shipping_address": goods.ADDRESS,
        "shipping_method": "standard",
        "payment": {"token": "tok_ok"},
    }
    return str(ask("POST", "orders/", order).get("status", ""))
