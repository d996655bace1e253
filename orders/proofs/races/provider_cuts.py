"""The line to the provider is cut, or the buyer's process killed, at every point of a payment."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from orders.models import Order, Payment
from orders.payments import stripe_objects
from orders.payments.webhooks import receive
from orders.proofs import goods
from orders.proofs.buyer import PATIENCE_SECONDS, Buyer, Lock, lock
from orders.proofs.provider import SECRET_KEY, Ledger, Line, Peer
from orders.proofs.provider.peer import pay_session
from orders.proofs.race import Control, Count
from orders.services.pay_order import start_payment
from orders.services.reconcile_money import reconcile_money
from shopcloud.lib import clock

CARD = "pm_card_visa"
# Few at a time: a cut must happen at its moment, and a busy machine would move it.
_stage = threading.Semaphore(2)
ORDER_ROW = "SELECT 1 FROM orders_order WHERE number = %s FOR UPDATE"
STOCK_ROW = "SELECT 1 FROM orders_stocklevel WHERE sku = %s FOR UPDATE"


@dataclass(frozen=True, slots=True)
class Job:
    """One payment; `tries_again` where the buyer pays once more before anybody has looked."""

    point: str
    order_number: str
    sku: str
    tries_again: bool


@dataclass(slots=True)
class Scene:
    """One cut: the provider, the order, and what must be let go afterwards."""

    job: Job
    peer: Peer
    row: Lock
    stack: ExitStack

    def buy(self, line: Line, token: str | None = CARD) -> Buyer:
        def act() -> None:
            _pay_by(line.url)
            order = Order.objects.get(number=self.job.order_number)
            start_payment(order=order, return_url=goods.RETURN_URL, token=token, now=clock.now())

        return self.stack.enter_context(Buyer(act))

    def line(self, **hooks: Callable[[], bool]) -> Line:
        return self.stack.enter_context(Line(self.peer.port, **hooks))


def _before_the_intent(scene: Scene) -> None:
    scene.row.take(ORDER_ROW, scene.job.order_number)
    buyer = scene.buy(scene.line())
    scene.row.wait_until_somebody_waits()
    buyer.kill()


def _request_lost(scene: Scene) -> None:
    scene.buy(scene.line(before=lambda: False)).wait()


def _killed_with_the_request_under_way(scene: Scene) -> None:
    buyers: list[Buyer] = []
    charged = threading.Event()

    def notice() -> bool:
        charged.set()
        return True

    line = scene.line(before=lambda: _the_one(buyers).kill(), after=notice)
    buyers.append(scene.buy(line))
    charged.wait(PATIENCE_SECONDS)


def _answer_lost(scene: Scene) -> None:
    scene.buy(scene.line(after=lambda: False)).wait()


def _killed_before_the_answer(scene: Scene) -> None:
    buyers: list[Buyer] = []
    buyers.append(scene.buy(scene.line(after=lambda: _the_one(buyers).kill())))
    buyers[0].wait()


def _killed_before_the_result(scene: Scene) -> None:
    _stopped_at(scene, ORDER_ROW, scene.job.order_number)


def _killed_within_the_result(scene: Scene) -> None:
    _stopped_at(scene, STOCK_ROW, scene.job.sku)


def _event_before_a_lost_answer(scene: Scene) -> None:
    def tell() -> bool:
        payment = Payment.objects.get(order__number=scene.job.order_number)
        made = scene.peer.ledger.all("payment_intent")
        charged = next(intent for intent in made if intent["metadata"].get("payment_id") == str(payment.pk))
        event = {"id": f"evt_{charged['id']}", "type": "payment_intent.succeeded", "data": {"object": charged}}
        receive(gateway_name="stripe", notice=stripe_objects.notice(event), now=clock.now())
        connection.close()
        return False

    scene.buy(scene.line(after=tell)).wait()


def _paid_on_the_page_and_never_told(scene: Scene) -> None:
    scene.buy(scene.line(), token=None).wait()
    payment = Payment.objects.get(order__number=scene.job.order_number)
    pay_session(scene.peer.ledger, payment.provider_reference)


POINTS: dict[str, Callable[[Scene], None]] = {
    "killed before the intent is committed": _before_the_intent,
    "request lost": _request_lost,
    "killed with the request under way": _killed_with_the_request_under_way,
    "answer lost": _answer_lost,
    "killed before the answer": _killed_before_the_answer,
    "killed between the answer and its result": _killed_before_the_result,
    "killed within the result's transaction": _killed_within_the_result,
    "event before a lost answer": _event_before_a_lost_answer,
    "paid on the page, event and return lost": _paid_on_the_page_and_never_told,
}


@dataclass(frozen=True, slots=True)
class ProviderCuts:
    rounds: int

    name = "provider-cuts"
    over_http = False
    at_once = 1
    control = Control(guards=("payments.provider_key",))

    @property
    def claim(self) -> str:
        return (
            f"the provider is cut off at {len(POINTS)} points of a payment, {self.rounds} times each: no double "
            "charge, no paid order without a charge, no charge without a paid order"
        )

    def prepare(self) -> Sequence[Any]:
        _ledger().create()
        jobs = []
        with _provider(""):
            for point in POINTS:
                for turn in range(self.rounds):
                    product = goods.on_sale(units=1)
                    order = goods.placed(product)
                    jobs.append(Job(point, order.number, product.variants[0].sku, turn % 2 == 0))
        return jobs

    def attempt(self, job: Job, shop: str) -> str:
        with _stage, Peer(_ledger()) as peer:
            with ExitStack() as stack:
                POINTS[job.point](Scene(job, peer, stack.enter_context(lock()), stack))
            if job.tries_again:
                with ExitStack() as stack:
                    scene = Scene(job, peer, stack.enter_context(lock()), stack)
                    scene.buy(scene.line()).wait()
        return "cut"

    def count(self, answers: Counter[str]) -> Count:
        with Peer(_ledger()) as peer, _provider(peer.url):
            for minutes in (2, 4, 12, 14):
                reconcile_money(now=clock.now() + timedelta(minutes=minutes))
        kept = Counter(charge.order for charge in _ledger().charges() if charge.refunded < charge.amount)
        paid = set(Order.objects.exclude(paid_at=None).values_list("number", flat=True))
        breaches = [f"{n} charges for order {order}" for order, n in kept.items() if n > 1]
        breaches += [f"order {order} is paid and was not charged" for order in sorted(paid - set(kept))]
        breaches += [f"order {order} was charged and is not paid" for order in sorted(set(kept) - paid)]
        if answers != Counter({"cut": self.rounds * len(POINTS)}):
            breaches.append(f"answered {dict(answers)}")
        return Count(len(paid), 0, breaches)


def _stopped_at(scene: Scene, query: str, key: str) -> None:
    """Let the answer through, and kill the buyer where its transaction waits for a row."""
    buyer = scene.buy(scene.line(after=lambda: scene.row.take(query, key)))
    scene.row.wait_until_somebody_waits()
    buyer.kill()


def _the_one(buyers: list[Buyer]) -> Buyer:
    """The buyer, who is known a moment after its request may have come."""
    while not buyers:
        time.sleep(0.001)
    return buyers[0]


def _ledger() -> Ledger:
    return Ledger(Path(settings.VAR) / f"{connection.settings_dict['NAME']}.provider")


@contextmanager
def _provider(url: str) -> Iterator[None]:
    """Payments go to this provider, until the block ends."""
    before = {name: getattr(settings, name) for name in ("PAYMENT_GATEWAY", "STRIPE_SECRET_KEY", "STRIPE_API_BASE")}
    _pay_by(url)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def _pay_by(url: str) -> None:
    settings.PAYMENT_GATEWAY, settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = "stripe", SECRET_KEY, url
