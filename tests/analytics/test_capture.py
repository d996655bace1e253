"""Who is counted, what of them, and what a click costs the page."""

import json
import time
import uuid

import pytest
import redis as redis_py
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch

from analytics import capture
from analytics.capture import ClickstreamMiddleware
from shopcloud.lib import redis
from tests.analytics.clicks import waiting
from tests.analytics.conftest import VISIT

JSON = "application/json"


def told(**changes) -> dict:
    return {"event_id": str(uuid.uuid4()), "type": "page_view", "path": "/", "market": "us", **changes}


def beacon(client, body, **headers):
    sent = body if isinstance(body, bytes | str) else json.dumps(body)
    return client.post("/beacon/", sent, content_type=JSON, headers={"Sec-Fetch-Site": "same-origin", **headers})


def act(name: str, method: str = "GET", path: str = "/", *, cookies=None, headers=None, status=200, **data):
    """One request through the middleware, to a view of that URL name."""
    request = getattr(RequestFactory(headers=headers or {}), method.lower())(path, data)
    request.COOKIES.update({"consent": "analytics", "visit": VISIT} if cookies is None else cookies)
    request.resolver_match = ResolverMatch(lambda: None, (), {}, url_name=name, route=f"{name}/<str:number>/")
    return ClickstreamMiddleware(lambda _: HttpResponse(status=status))(request)


def test_a_page_view_of_a_visitor_who_agreed_is_kept(agreed):
    event = told(referrer="https://news.example/story?who=mara", path="/de/", market="de")
    assert beacon(agreed, event).status_code == 204
    (kept,) = waiting()
    assert (kept["event_id"], kept["market"]) == (event["event_id"], "de")
    assert kept["referrer_host"] == "news.example"
    assert VISIT not in json.dumps(kept) and len(kept["session"]) == 32


@pytest.mark.parametrize("answer", [None, "none", "", "yes", "analytics2"])
def test_no_consent_no_click(guest, answer):
    if answer is not None:
        guest.cookies["consent"] = answer
    assert beacon(guest, told()).status_code == 204
    assert beacon(guest, b"{broken").status_code == 204
    act("checkout", cookies={"consent": answer or ""}, q="lamp")
    assert waiting() == []


@pytest.mark.parametrize("header", [{"Sec-GPC": "1"}, {"DNT": "1"}])
def test_a_browser_that_refuses_beats_a_yes(agreed, header):
    assert beacon(agreed, told(), **header).status_code == 204
    act("checkout", headers=header, q="lamp")
    assert waiting() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"[" * 5000,
        told(event_id="1"),
        told(event_id=7),
        told(type="purchase"),
        told(type="add_to_cart"),
        told(path="/no/such/page/"),
        told(path="//elsewhere.example/"),
        told(path=["/"]),
        told(market="x" * 40),
        told(market="u\ns"),
        told(referrer="x" * 9000),
        told(product_id={"$ne": 1}),
    ],
)
def test_what_is_no_click_is_refused_with_a_reason(agreed, body):
    answer = beacon(agreed, body)
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain")
    assert waiting() == []


def test_another_site_cannot_write_clicks():
    from django.test import Client

    foreign = Client(enforce_csrf_checks=True, raise_request_exception=False)
    foreign.cookies["consent"] = "analytics"
    assert beacon(foreign, told(), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert waiting() == []


def test_a_click_knows_no_person(agreed):
    beacon(
        agreed,
        told(path="/healthz"),
        **{"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19) Mobile", "X-Forwarded-For": "203.0.113.9"},
    )
    kept = json.dumps(waiting())
    assert "203.0.113.9" not in kept and "127.0.0.1" not in kept and "Mozilla" not in kept
    assert waiting()[0]["device"] == "mobile"


def test_adding_to_the_cart_is_kept_with_what_was_added():
    act("cart-lines", "POST", product_id="abc123", sku="LAMP-S", quantity="2", status=302)
    (kept,) = waiting()
    assert (kept["event_type"], kept["product_id"], kept["sku"], kept["value"]) == (
        "add_to_cart",
        "abc123",
        "LAMP-S",
        2,
    )


@pytest.mark.parametrize("quantity", ["", "-1", "many", "9" * 5000, "²"])
def test_a_strange_quantity_never_breaks_the_page(quantity):
    assert act("cart-lines", "POST", quantity=quantity).status_code == 200
    assert "value" not in waiting()[0]


def test_a_failed_action_is_no_click():
    act("cart-lines", "POST", status=409)
    assert waiting() == []


def test_an_order_number_stays_out_of_the_lake():
    act("order-payment", "POST", path="/orders/SC-7K3F92QX/payment/")
    assert "SC-7K3F92QX" not in json.dumps(waiting())


def test_a_click_is_one_redis_command(monkeypatch):
    sent = []
    real = redis_py.Redis.execute_command
    monkeypatch.setattr(
        redis_py.Redis, "execute_command", lambda self, *a, **k: sent.append(a[0]) or real(self, *a, **k)
    )
    act("checkout", q="lamp")
    assert sent == ["XADD"]


def test_the_buffer_is_bounded(monkeypatch):
    monkeypatch.setattr(capture, "STREAM_LENGTH", 100)
    for _ in range(400):
        act("checkout")
    assert redis.store().xlen(capture.stream_key()) < 400


def test_a_store_that_is_away_costs_the_page_nothing(monkeypatch):
    # Port 9 answers nobody: a refused connection, as from a store that is down.
    gone = redis_py.Redis.from_url("redis://127.0.0.1:9/0", **redis.TIMEOUTS)
    monkeypatch.setattr(redis, "store", lambda: gone)
    started = time.perf_counter()
    for _ in range(20):
        assert act("checkout", q="lamp").status_code == 200
    assert time.perf_counter() - started < 1


def test_a_store_that_refuses_to_write_costs_the_page_nothing(monkeypatch):
    def full(*args, **options):
        raise redis_py.ResponseError("OOM command not allowed when used memory > 'maxmemory'.")

    monkeypatch.setattr(redis.store(), "xadd", full)
    assert act("checkout", q="lamp").status_code == 200


@pytest.mark.parametrize(
    ("path", "kept_as"),
    [
        ("/", {"event_type": "page_view", "path": "/"}),
        ("/p/oak-lamp-a1b2c3/", {"event_type": "product_view", "product_id": "a1b2c3"}),
        ("/de/c/lighting/table-lamps/", {"event_type": "category_view", "category": "lighting/table-lamps"}),
        ("/en-gb/cart/", {"event_type": "page_view", "path": "/en-gb/cart/"}),
    ],
)
def test_a_view_says_what_was_looked_at(agreed, path, kept_as):
    assert beacon(agreed, told(path=path)).status_code == 204
    (kept,) = waiting()
    assert {name: kept[name] for name in kept_as} == kept_as


@pytest.mark.parametrize("path", ["/orders/SC-7K3F92QX/", "/downloads/a-secret-token/"])
def test_a_page_of_one_persons_is_kept_without_what_names_it(agreed, path):
    assert beacon(agreed, told(path=path)).status_code == 204
    (kept,) = waiting()
    assert "SC-7K3F92QX" not in json.dumps(kept) and "a-secret-token" not in json.dumps(kept)
