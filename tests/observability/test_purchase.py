"""One purchase can be followed from the click to the last task, and nothing of it tells who bought."""

import json
from typing import Any

import pytest

from tests.observability.collector import Span
from tests.observability.conftest import CANARIES, Watched

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(240)]


def of_the_purchase(watched: Watched) -> list[Span]:
    return [span for span in watched.collector.spans if span.trace == watched.trace]


def _instrument(span: Span) -> str:
    """`redis` of `opentelemetry.instrumentation.redis`; our own spans are `shopcloud`'s."""
    return span.scope.removeprefix("opentelemetry.instrumentation.").partition(".")[0]


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines() if line.startswith("{")]


def test_one_trace_leads_from_the_click_to_the_worker_and_to_every_store(watched: Watched):
    spans = of_the_purchase(watched)
    kinds = {(span.service, _instrument(span)) for span in spans}
    assert {
        ("shopcloud-web", "django"),
        ("shopcloud-web", "psycopg"),
        ("shopcloud-web", "redis"),
        ("shopcloud-web", "botocore"),
        ("shopcloud-worker", "shopcloud"),
        ("shopcloud-worker", "celery"),
        ("shopcloud-worker", "psycopg"),
    } <= kinds
    names = {span.name for span in spans}
    assert "POST api/v1/orders/" in names
    assert {"outbox OrderPlaced", "outbox OrderPaid", "run/orders.tasks.send_order_mail"} <= names
    assert any(name.startswith("DynamoDB.") for name in names)


def test_every_span_of_the_purchase_hangs_on_another_of_it(watched: Watched):
    spans = of_the_purchase(watched)
    known = {span.span for span in spans}
    roots = [span for span in spans if span.parent not in known]
    assert [span.name for span in roots] == ["POST api/v1/orders/"]


def test_spans_name_the_order_and_the_request(watched: Watched):
    spans = of_the_purchase(watched)
    told = {span.name for span in spans if span.attributes.get("shop.order_number") == watched.order}
    assert {"POST api/v1/orders/", "outbox OrderPaid", "run/orders.tasks.send_order_mail"} <= told
    asked = {span.service for span in spans if span.attributes.get("shop.request_id") == "click-0123456789"}
    assert asked == {"shopcloud-web", "shopcloud-worker"}


def test_statements_are_told_without_their_values(watched: Watched):
    statements = [s.attributes.get("db.statement", "") for s in of_the_purchase(watched)]
    assert any("INSERT INTO" in text and "%s" in text for text in statements)
    assert any("UPDATE orders_stocklevel" in text and "$1" in text for text in statements)
    assert not any(watched.order in text for text in statements)


def test_probes_make_no_traces(watched: Watched):
    names = {span.name for span in watched.collector.spans}
    assert not any("healthz" in name or "metrics" in name for name in names)


def test_the_order_s_number_finds_its_lines_in_web_and_worker_and_they_share_request_and_trace(watched: Watched):
    web = [line for line in lines(watched.web_log) if line.get("order_number") == watched.order]
    worker = [line for line in lines(watched.worker_log) if line.get("order_number") == watched.order]
    assert {"order.placed", "order.paid"} <= {line["event"] for line in web}
    assert "mail.sent" in {line["event"] for line in worker}
    for line in (*web, *worker):
        assert line["trace_id"] == watched.trace
        assert line["request_id"] == "click-0123456789"
    assert {line.get("task") for line in worker} >= {"orders.tasks.send_order_mail"}


def test_nothing_that_is_told_names_the_buyer(watched: Watched):
    told = {
        "traces": b"".join(watched.collector.raw).decode("utf-8", "replace"),
        "web's lines": watched.web_log,
        "worker's lines": watched.worker_log,
        "web's figures": watched.web_figures,
        "worker's figures": watched.worker_figures,
    }
    for where, text in told.items():
        assert len(text) > 100, where
        assert [canary for canary in CANARIES if canary in text.lower()] == [], where


def test_the_worker_tells_of_its_tasks(watched: Watched):
    task = 'task="orders.tasks.send_order_mail"'
    assert f'shop_tasks_total{{outcome="succeeded",{task}}} 1.0' in watched.worker_figures
    assert f"shop_task_seconds_count{{{task}}} 1.0" in watched.worker_figures
    assert 'shop_task_wait_seconds_count{queue="mail"} 1.0' in watched.worker_figures
    assert 'shop_outbox_events_total{outcome="delivered"}' in watched.worker_figures
    assert 'shop_http_requests_total{method="POST",route="api/v1/orders/",status="2xx"} 1.0' in watched.web_figures
