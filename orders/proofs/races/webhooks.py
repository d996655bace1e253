"""A provider's events, each sent several times and out of order, and events that somebody else made up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import F

from orders.models import Order, Payment, Refund, SandboxCharge, StockMovement, WebhookEvent
from orders.payments import sandbox_events, signatures
from orders.proofs import goods, shop
from orders.proofs.race import Control, Count
from orders.services.pay_order import start_payment
from shopcloud.lib import clock

SIGNATURE = sandbox_events.SIGNATURE_HEADER
ADDRESS = "/payments/webhooks/sandbox/"


@dataclass(frozen=True, slots=True)
class Webhooks:
    payments: int
    times: int

    name = "webhooks"
    over_http = True
    at_once = 1
    control = Control(
        guards=("webhooks.receive", "payments.apply"),
        constraints=("webhook_once", "payment_captured_once", "stock_moved_once_per_order"),
    )

    @property
    def claim(self) -> str:
        return (
            f"{self.payments} webhooks come {self.times} times each, shuffled: {self.payments} effects, "
            "every answer 2xx"
        )

    def prepare(self) -> Sequence[Any]:
        product = goods.on_sale(units=self.payments)
        for _ in range(self.payments):
            start_payment(order=goods.placed(product), return_url=goods.RETURN_URL, now=clock.now())
        # The buyers pay on the provider's page, and nobody has told the shop yet.
        SandboxCharge.objects.update(status=SandboxCharge.Status.SUCCEEDED, captured=F("amount"))
        events = [sandbox_events.signed_event(charge, now=clock.now()) for charge in SandboxCharge.objects.all()]
        return [event for event in events for _ in range(self.times)]

    def attempt(self, job: Any, shop_address: str) -> str:
        body, headers = job
        return str(shop.post(shop_address, ADDRESS, body, headers)[0])

    def count(self, answers: Counter[str]) -> Count:
        counted = {
            "paid orders": Order.objects.filter(status=Order.Status.PAID).count(),
            "captured payments": Payment.objects.filter(status=Payment.Status.CAPTURED).count(),
            "sales of a unit": StockMovement.objects.filter(reason=StockMovement.Reason.SOLD).count(),
        }
        breaches = [f"{n} {what}, not {self.payments}" for what, n in counted.items() if n != self.payments]
        if Refund.objects.exists():
            breaches.append(f"{Refund.objects.count()} refunds of money that was wanted")
        if answers != Counter({"200": self.payments * self.times}):
            breaches.append(f"answered {dict(answers)}")
        return Count(counted["sales of a unit"], 0, breaches)


@dataclass(frozen=True, slots=True)
class ForgedWebhooks:
    forged: int
    rightly_signed: bool = False

    name = "forged-webhooks"
    over_http = True
    at_once = 1
    # The same events with the provider's own signature are believed.
    control = Control(instead={"rightly_signed": True}, removed="a false signature")

    @property
    def claim(self) -> str:
        return f"{self.forged:,} forged or stale webhooks claim that an order is paid: none is believed"

    def prepare(self) -> Sequence[Any]:
        now, product = clock.now(), goods.on_sale(units=1)
        start_payment(order=goods.placed(product), return_url=goods.RETURN_URL, now=now)
        charge = SandboxCharge.objects.get()
        # What the forger would like to be true; the charge itself stays unpaid.
        charge.status = SandboxCharge.Status.SUCCEEDED
        body, headers = sandbox_events.signed_event(charge, now=now)
        right = headers.pop(SIGNATURE)
        offered = [(body, right)] if self.rightly_signed else _forgeries(body, right, now)
        sent = [(told, {**headers, SIGNATURE: signature.encode()}) for told, signature in offered]
        return [sent[n % len(sent)] for n in range(self.forged)]

    def attempt(self, job: Any, shop_address: str) -> str:
        body, headers = job
        return str(shop.post(shop_address, ADDRESS, body, headers)[0])

    def count(self, answers: Counter[str]) -> Count:
        accepted = WebhookEvent.objects.count()
        breaches = [f"{accepted} events were believed"] if accepted else []
        if Order.objects.exclude(paid_at=None).exists():
            breaches.append("the order counts as paid")
        if answers != Counter({str(int(HTTPStatus.BAD_REQUEST)): self.forged}):
            breaches.append(f"answered {dict(answers)}")
        return Count(accepted, answers["400"], breaches)


def _forgeries(body: bytes, right: str, now: datetime) -> list[tuple[bytes, str]]:
    """Bodies with signatures that prove nothing: none, one too old, of a guessed secret, broken, of nothing that is a
    digest; and the right one under a body that was changed, or sent again as another event."""
    stale = signatures.sign(body, secret=sandbox_events.webhook_secrets()[0], now=now - 2 * signatures.MAX_AGE)
    guessed = signatures.sign(body, secret="guessed", now=now)  # noqa: S106
    false = ["", stale, guessed, right.replace("v1=", "v1=0"), right.partition(",")[0], "t=never,v1=" + "é" * 64]
    changed = [body.replace(b'"failure": ""', b'"failure": "none"'), body.replace(b'"evt_', b'"evt_again_')]
    return [*((body, signature) for signature in false), *((other, right) for other in changed)]
