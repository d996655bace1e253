"""Workers that die in the middle of their work: what they held is done by the next one, and has one effect."""

import contextlib
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from orders import tasks
from orders.models import Order, Payment, Refund, SandboxCharge, SandboxRefund
from orders.services.refund_order import reconcile_refunds, request_refund
from shopcloud.celery import app
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from tests.chaos import background

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
TASKS, KILLS = 200, 10


def paid_orders(number: int) -> list[Payment]:
    """Orders of 10.00 whose money the provider holds."""
    now = clock.now()
    sums = {"email": "mara@example.com", "market": "us", "language": "en", "currency": "USD", "placed_at": now}
    orders = Order.objects.bulk_create(
        Order(
            subtotal=1000, total=1000, status="paid", payment_status="paid", cart_id=f"cart-{n}", cart_version=1, **sums
        )
        for n in range(number)
    )
    charges = SandboxCharge.objects.bulk_create(
        SandboxCharge(
            idempotency_key=f"{o.number}-attempt-1",
            merchant_reference=o.number,
            status="succeeded",
            amount=1000,
            captured=1000,
            currency="USD",
            return_url="http://localhost/",
            created_at=now,
        )
        for o in orders
    )
    return Payment.objects.bulk_create(
        Payment(
            order=o,
            gateway="sandbox",
            status="captured",
            amount=1000,
            captured=1000,
            currency="USD",
            provider_reference=c.charge_id,
            created_at=now,
            updated_at=now,
        )
        for o, c in zip(orders, charges, strict=True)
    )


def settled() -> int:
    return Refund.objects.filter(status="succeeded").count()


def until(look, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{settled()} of {TASKS} done"
        time.sleep(0.01)


def queued(broker: str) -> None:
    """A task for each of so many refunds."""
    now = clock.now()
    refunds = [request_refund(payment=p, amount=1000, reason="test", now=now) for p in paid_orders(TASKS)]
    with app.connection_for_write(broker) as connection:
        for refund in refunds:
            tasks.settle_refund.apply_async(kwargs={"refund_id": refund.pk}, connection=connection)


def work_until(done: int, *, broker: str, log: Path, seconds: float) -> int:
    """Let a worker work until so many are done, then kill it; returns how many were done by then."""
    command = ("celery", "-A", "shopcloud", "worker", "-Q", "default", "--concurrency", "2", "--loglevel", "WARNING")
    # A new worker asks at its start for what is overdue, and then rarely: a second is less than its start takes.
    running = background.start(*command, broker=broker, log=log, TASK_VISIBILITY_SECONDS="1")
    try:
        until(lambda: settled() >= done, seconds=seconds)
    finally:
        background.kill(running)
    return settled()


def test_a_worker_killed_ten_times_does_two_hundred_refunds_once_each(tmp_path):
    broker, log = background.broker_url(), tmp_path / "worker.log"
    queued(broker)
    killed_at = [work_until(kill * TASKS // KILLS + 5, broker=broker, log=log, seconds=60) for kill in range(KILLS)]
    assert killed_at[-1] < TASKS
    with contextlib.suppress(AssertionError):
        work_until(TASKS, broker=broker, log=log, seconds=30)
    left = TASKS - settled()
    # A worker killed between taking a task off Redis and noting that it has it loses the task. The schedule asks the
    # database, not the broker, what is still to be done.
    reconcile_refunds(now=clock.now() + timedelta(minutes=2))
    print(f"\nkilled when {killed_at} of {TASKS} were done; {left} left to the schedule")
    assert left <= KILLS
    assert settled() == TASKS
    given_back = Counter(SandboxRefund.objects.values_list("charge__merchant_reference", flat=True))
    assert (len(given_back), set(given_back.values())) == (TASKS, {1})
    told = Counter(
        OutboxEvent.objects.filter(event_name="PaymentRefunded").values_list("payload__order_number", flat=True)
    )
    assert (len(told), set(told.values())) == (TASKS, {1})
    assert set(Payment.objects.values_list("status", "refunded")) == {("refunded", 1000)}
