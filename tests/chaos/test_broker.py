"""A broker that is away: buyers do not notice, and what was to follow follows when it is back."""

import contextlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from django.db import connection
from kombu import Connection, Consumer, Queue

from orders.models import Mailing, Order
from orders.proofs import shop
from shopcloud.celery import app
from shopcloud.lib import clock
from shopcloud.lib.outbox import OutboxEvent
from tests.chaos import background
from tests.chaos.proxy import proxy_to
from tests.orders.goods import ADDRESS, cart_of, on_sale

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]
# `CHAOS=long make test ARGS=tests/chaos` takes a minute and 300 checkouts.
CHECKOUTS, AWAY_SECONDS = (300, 60.0) if os.environ.get("CHAOS") == "long" else (60, 8.0)


def until(look, *, seconds: float, what, log) -> None:
    """Wait for `look()`; `what()` says what was still missing, beside what the processes wrote last."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what()}\n{log.read_text()[-6000:]}"
        time.sleep(0.1)


def told(waiting) -> str:
    """What the first of the events that were not delivered say of themselves."""
    rows = waiting.order_by("due_at").values_list("event_name", "attempts", "due_at", "last_error")
    return "\n".join([f"{waiting.count()} events were not delivered at {clock.now()}", *(str(row) for row in rows[:5])])


@pytest.fixture
def surroundings(monkeypatch, tmp_path):
    """What the shop's processes find in their environment, and the proxy through which they reach the broker."""
    engine = urlsplit(background.broker_url())
    with proxy_to(engine.hostname, engine.port) as proxy:
        password = f":{engine.password}@" if engine.password else ""
        broker = f"redis://{password}127.0.0.1:{proxy.port}{engine.path}"
        monkeypatch.setenv("CELERY_BROKER_URL", broker)
        monkeypatch.setenv("EMAIL_URL", f"file://{tmp_path}/mail")
        monkeypatch.setenv("API_ORDER_RATE", "100000/min")
        monkeypatch.setenv("API_RATE", "100000/min")
        yield proxy, broker


def test_checkouts_while_the_broker_is_away_are_all_followed_up(surroundings, tmp_path):
    proxy, broker = surroundings
    lamp = on_sale(units=CHECKOUTS)
    carts = [cart_of((lamp, 1)) for _ in range(CHECKOUTS)]
    queues = ("-Q", "default,mail,media,lake", "--concurrency", "2", "--loglevel", "WARNING")
    schedule = ("--schedule", str(tmp_path / "beat"), "--pidfile", "", "--loglevel", "WARNING")
    log = tmp_path / "background.log"
    worker = background.start("celery", "-A", "shopcloud", "worker", *queues, broker=broker, log=log)
    beat = background.start("celery", "-A", "shopcloud", "beat", *schedule, broker=broker, log=log)
    waiting = OutboxEvent.objects.filter(relayed_at__isnull=True)
    try:
        with shop.running(connection.settings_dict["NAME"]) as address:
            # The goods' own news has gone through: beat and worker are at work, not still on their way to the broker.
            until(lambda: not waiting.exists(), seconds=90, what=lambda: "the relay did not begin to work", log=log)
            proxy.cut()
            started = time.monotonic()
            statuses = checkouts(address, carts)
            assert statuses == [201] * CHECKOUTS
            time.sleep(max(0.0, started + AWAY_SECONDS - time.monotonic()))
            assert Order.objects.filter(status="paid").count() == CHECKOUTS
            paid = OutboxEvent.objects.filter(event_name="OrderPaid")
            assert (paid.count(), paid.filter(relayed_at__isnull=False).count()) == (CHECKOUTS, 0)
            proxy.mend()
            back = time.monotonic()
            until(lambda: not waiting.exists(), seconds=90, what=lambda: told(waiting), log=log)
            sent = Mailing.objects.filter(kind="confirmation", sent_at__isnull=False)
            until(lambda: sent.count() == CHECKOUTS, seconds=60, what=lambda: f"{sent.count()} mails sent", log=log)
            print(
                f"\n{AWAY_SECONDS:.0f} s without the broker; all was followed up {time.monotonic() - back:.0f} s after"
            )
    finally:
        background.kill(beat)
        background.kill(worker)
    folder = tmp_path / "mail"
    written = "".join(path.read_text() for path in folder.iterdir())
    assert written.count("\nMessage-ID: ") == CHECKOUTS
    assert OutboxEvent.objects.filter(event_name="OrderPaid", attempts__gte=5).count() == 0


def checkouts(address: str, carts: list[str]) -> list[int]:
    """One order for each cart, evenly over most of the outage."""
    pause = AWAY_SECONDS * 0.8 / len(carts) * 8

    def buy(cart: str) -> int:
        time.sleep(pause)
        body = {
            "cart": cart,
            "email": "mara@example.com",
            "shipping_address": ADDRESS,
            "payment": {"token": "tok_ok"},
        }
        return shop.post(address, "/api/v1/orders/", body)[0]

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(buy, carts))


@pytest.mark.parametrize(("connection_of", "dies"), [(app.amqp.Connection, False), (Connection, True)])
def test_a_worker_survives_a_broker_that_leaves_while_a_task_is_under_way(connection_of, dies):
    """With Kombu's own connection, the control, closing what was lost raises, which ends a worker."""
    engine = urlsplit(background.broker_url())
    with proxy_to(engine.hostname, engine.port) as proxy:
        address = engine._replace(netloc=engine.netloc.replace(f":{engine.port}", f":{proxy.port}")).geturl()
        lost = connection_of(address)
        lost.SimpleQueue("under-way").put({"task": 1})
        begun = []
        for channel, queue in (lost.default_channel, "under-way"), (lost.channel(), "another"):
            Consumer(channel, [Queue(queue)], on_message=begun.append).consume()
        with contextlib.suppress(TimeoutError):
            while True:
                lost.drain_events(timeout=0.5)
        assert len(begun) == 1
        proxy.cut()
        lost.collect(socket_timeout=1)
        with pytest.raises(AttributeError) if dies else contextlib.nullcontext():
            lost.close()
