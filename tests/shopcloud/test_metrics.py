"""What Prometheus is told: of every route and tier, by few labels, and to nobody outside."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from orders import stock
from shopcloud import scraping
from shopcloud.lib import clock, outbox, redis
from shopcloud.lib.resilience import Breaker, CircuitOpen, _Told, breaker
from shopcloud.scraping import _waited

ODD = [
    "/nothing-here",
    "/p/no-such-lamp-{n}/",
    "/orders/SC-{n:08d}/",
    "/{n}/{n}/{n}",
    "/c/a-category-{n}/?cursor={n}",
    "/de/search/?q=mara{n}@example.com",
    "/fr/p/une-lampe-{n}-p{n}/",
    "/static/{n}.css",
    "/media/{n}.webp",
    "/api/v1/products/{n}/",
    "/account/addresses/{n}/",
    "/en-gb/%F0%9F%92%A1{n}",
    "/xx/{n}",
]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def requests_counted() -> set[tuple[str, str, str]]:
    return {
        (s.labels["route"], s.labels["method"], s.labels["status"])
        for family in REGISTRY.collect()
        for s in family.samples
        if s.name == "shop_http_requests_total"
    }


@pytest.mark.django_db
def test_every_answer_is_counted_by_its_route_method_and_status(guest: Client):
    labels = {"route": "search/", "method": "GET", "status": "2xx"}
    before = value("shop_http_requests_total", **labels), value("shop_http_request_seconds_count", route="search/")
    assert guest.get("/search/?q=lamp").status_code == 200
    assert guest.get("/de/search/?q=lampe").status_code == 200
    assert value("shop_http_requests_total", **labels) == before[0] + 2
    assert value("shop_http_request_seconds_count", route="search/") == before[1] + 2


@pytest.mark.django_db
def test_a_page_kept_in_redis_is_counted_under_its_route(guest: Client):
    labels = {"route": "/", "method": "GET", "status": "2xx"}
    before = value("shop_http_requests_total", **labels), value("shop_cache_reads_total", cache="page", outcome="hit")
    for address in ("/", "/", "/de/", "/de/"):
        assert guest.get(address).status_code == 200
    assert value("shop_http_requests_total", **labels) == before[0] + 4
    assert value("shop_cache_reads_total", cache="page", outcome="hit") == before[1] + 2


@pytest.mark.django_db
def test_odd_addresses_and_methods_make_no_new_series(guest: Client):
    def walk(numbers: range) -> None:
        for n in numbers:
            for address in ODD:
                guest.get(address.format(n=n))
                guest.generic(f"ODD{n}", address.format(n=n))

    walk(range(1))
    first = requests_counted()
    walk(range(1, 6))
    assert requests_counted() == first
    assert not any("mara" in part or "@" in part for series in first for part in series)


@pytest.mark.django_db
def test_the_text_names_nobody_and_every_kind_of_figure(guest: Client):
    guest.get("/search/?q=canary.mara@example.com")
    text = guest.get("/metrics").content.decode()
    assert "canary" not in text
    for name in (
        "shop_http_requests_total",
        "shop_tier_seconds_bucket",
        "shop_outbox_lag_seconds",
        "shop_queue_age_seconds",
        "shop_postgres_connections",
        "shop_disk_used_ratio",
    ):
        assert f"\n{name}" in text, name


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "10.0.12.7"}, 200),
        ({"REMOTE_ADDR": "8.8.8.8"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"HTTP_X_FORWARDED_FOR": "10.0.0.1"}, 404),
        ({"HTTP_X_ORIGIN_KEY": "any"}, 404),
    ],
)
@pytest.mark.django_db
def test_only_the_inside_reads_the_metrics(guest: Client, extra: dict[str, str], status: int):
    assert guest.get("/metrics", **extra).status_code == status


@pytest.mark.django_db
def test_prometheus_may_ask_by_the_container_s_own_name(guest: Client):
    assert guest.get("/metrics", HTTP_HOST="web:8000").status_code == 200


@pytest.mark.django_db
def test_an_event_that_waits_too_long_shows_as_lag():
    late = clock.now() - timedelta(seconds=90)
    outbox.OutboxEvent.objects.create(event_name="x", payload={}, recorded_at=late, due_at=late)
    found = {metric.name: metric.samples[0].value for metric in scraping._outbox()}
    assert 90 <= found["shop_outbox_lag_seconds"] < 120
    assert found["shop_outbox_dead"] == 0


@pytest.mark.django_db
def test_what_the_relay_did_is_counted():
    before = value("shop_outbox_events_total", outcome="failed")
    late = clock.now() - timedelta(seconds=1)
    outbox.OutboxEvent.objects.create(event_name="nobody.knows", payload={}, recorded_at=late, due_at=late)
    outbox.relay(subscriptions={}, now=clock.now())
    assert value("shop_outbox_events_total", outcome="failed") == before + 1


def test_the_oldest_message_tells_how_long_a_queue_waits():
    assert _waited(None) == 0.0
    assert _waited(b'{"headers": {}}') == 0.0
    assert 60 <= _waited(b'{"headers": {"published_at": %f}}' % (time.time() - 60)) < 70


def test_a_breaker_that_opens_is_seen():
    one = Breaker(fail_max=1, reset_timeout=60, name="test-tier", listeners=[_Told()])

    def fails() -> None:
        raise OSError

    with pytest.raises(CircuitOpen):
        one.call(fails)
    assert value("shop_breaker_state", tier="test-tier") == 2
    assert value("shop_breaker_opened_total", tier="test-tier") == 1
    one.close()
    assert value("shop_breaker_state", tier="test-tier") == 0
    assert breaker("stripe").listeners


@pytest.mark.django_db
def test_a_lost_race_for_stock_is_counted():
    before = value("shop_stock_races_lost_total")
    with pytest.raises(stock.OutOfStock):
        stock.reserve(order_number="SC-NONE", quantities={"NO-SUCH": 1}, titles={}, now=clock.now())
    assert value("shop_stock_races_lost_total") == before + 1


@pytest.mark.django_db
def test_the_other_figures_are_told_while_the_broker_is_away(settings, guest: Client, monkeypatch):
    def away() -> object:
        raise redis.Unavailable[0]

    monkeypatch.setattr(scraping, "_broker", away)
    text = guest.get("/metrics").content.decode()
    assert "shop_queue_age_seconds" not in text
    assert "shop_outbox_lag_seconds" in text
