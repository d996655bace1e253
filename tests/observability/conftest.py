"""One purchase in a watched shop: a web process and a worker of their own, on the test's stores."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from deploy.observability import canary
from orders.models import Order
from shopcloud.celery import app
from shopcloud.lib.outbox import OutboxEvent
from shopcloud.wiring.tasks import relay_outbox
from tests import clean_database
from tests.chaos import background
from tests.conftest import forget_keys
from tests.journeys.client import Phone
from tests.journeys.running_shop import eventually, free_port
from tests.observability.collector import Collector, collecting
from tests.orders.conftest import _clear
from tests.orders.goods import on_sale

ADDRESS = {
    "name": "Canary Zwetschge",
    "line1": "77 Zwetschgenweg",
    "line2": "",
    "city": "San Francisco",
    "postal_code": "94105",
    "region": "CA",
    "country": "US",
}
EMAIL = "canary.zwetschge@example.com"
# Whatever of these is found in a trace, a line or a label is too much.
CANARIES = ("zwetschge", "example.com", "94105")


@dataclass
class Watched:
    """What one purchase left behind."""

    order: str
    trace: str
    collector: Collector
    web_log: str
    worker_log: str
    web_figures: str
    worker_figures: str
    visit: list[canary.Step]
    orders: int


@pytest.fixture(scope="session")
def watched(django_db_setup, django_db_blocker, stores, tmp_path_factory) -> Watched:
    """The purchase is over, and its traces in the stores are gone, before the first test looks at it."""
    with django_db_blocker.unblock(), collecting() as collector:
        forget_keys()
        try:
            return _purchase(collector, tmp_path_factory.mktemp("watched"))
        finally:
            _clear()
            clean_database.restore()
            forget_keys()


def _purchase(collector: Collector, folder: Path) -> Watched:
    lamp = on_sale("LAMP-S", units=5)
    broker, web, metrics = background.broker_url(), free_port(), free_port()
    shared = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.at,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "PUBLIC_URL": f"http://127.0.0.1:{web}",
        "SHOPCLOUD_VAR": str(folder),
        "WEB_CONCURRENCY": "1",
        "ACCESS_LOG": "-",
        "METRICS_PORT": str(metrics),
    }
    logs = {name: folder / f"{name}.log" for name in ("web", "worker")}
    gunicorn = ("gunicorn", "-c", "deploy/docker/gunicorn.conf.py", "shopcloud.wsgi", "--bind", f"127.0.0.1:{web}")
    celery = ("celery", "-A", "shopcloud", "worker", "-Q", "default,mail,media,lake,search", "--concurrency", "1")
    running = [
        background.start(*gunicorn, broker=broker, log=logs["web"], SHOPCLOUD_PROCESS="web", **shared),
        background.start(*celery, broker=broker, log=logs["worker"], SHOPCLOUD_PROCESS="worker", **shared),
    ]
    try:
        at = f"http://127.0.0.1:{web}"
        eventually(lambda: _answers(f"{at}/healthz"), seconds=90)
        eventually(lambda: _answers(f"http://127.0.0.1:{metrics}/metrics"), seconds=90)
        order, trace = _buy(at, lamp)
        eventually(lambda: _relayed(broker), seconds=60)
        eventually(lambda: "mail.sent" in logs["worker"].read_text(), seconds=60)
        # A new index takes a moment to be opened.
        eventually(lambda: _shows(f"{at}/search/?q=lamp", "/p/"), seconds=60)
        visit = canary.visit(at, query="lamp")
        orders = Order.objects.count()
        web_figures = requests.get(f"{at}/metrics", timeout=20).text
        worker_figures = requests.get(f"http://127.0.0.1:{metrics}/metrics", timeout=20).text
        eventually(lambda: any("send_order_mail" in span.name for span in collector.spans), seconds=30)
    finally:
        for process in running:
            background.kill(process)
    texts = {name: log.read_text() for name, log in logs.items()}
    return Watched(order, trace, collector, texts["web"], texts["worker"], web_figures, worker_figures, visit, orders)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=20).ok
    except requests.RequestException:
        return False


def _shows(url: str, text: str) -> bool:
    return text in requests.get(url, timeout=20).text


def _buy(at: str, lamp) -> tuple[str, str]:
    """An order as an app's click sends it: the trace begins with the caller."""
    phone, trace = Phone(at), secrets.token_hex(16)
    cart = phone.a_cart_with(phone.get(f"/products/{lamp.product_id}/").json())
    body = {
        "cart": cart,
        "email": EMAIL,
        "shipping_address": ADDRESS,
        "shipping_method": "standard",
        "payment": {"token": "tok_ok"},
    }
    answer = phone.http.post(
        f"{phone.url}/orders/",
        json=body,
        headers={"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01", "X-Request-ID": "click-0123456789"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["number"], trace


def _relayed(broker: str) -> bool:
    with app.connection_for_write(broker) as connection:
        relay_outbox.apply_async(connection=connection)
    return not OutboxEvent.objects.filter(relayed_at__isnull=True).exists()
