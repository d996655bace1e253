"""A signed-in person hears of what is theirs within two seconds and of nothing else; who lost the line misses
nothing."""

import asyncio
import json
import os
import time
from urllib.parse import urlsplit

import pytest
import requests
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as configured
from django.db import connection
from django.test import AsyncRequestFactory, Client

from accounts.notifications import live, pushing, writing
from accounts.notifications.words import Kind
from orders.events import OrderPaid
from shopcloud.lib import feeds, redis
from shopcloud.wiring import notifications
from tests.accounts.api.test_me import sign_in
from tests.orders.goods import NOW
from tests.orders.payments.sale import place
from tests.realtime_process import open_realtime

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = {"order": "SC-TEST0001"}


def browser_of(person) -> dict[str, str]:
    """The cookies of somebody who signed in."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return {name: morsel.value for name, morsel in client.cookies.items()}


def tell(person, key: str = "k") -> None:
    writing.tell(people=[person.pk], kind=Kind.ORDER_PAID, key=key, facts=ORDER, now=NOW)


async def ask(cookies: dict[str, str], query: str = "", *, method: str = "get", **headers):
    """Of the view itself: what the test client lays around its answer would keep it open."""
    factory = AsyncRequestFactory()
    factory.cookies.load(cookies)
    return await live.own_events(getattr(factory, method)(f"/events/me/{query}", headers=headers))


async def heard(response, wanted: int, *, meanwhile=None) -> list[dict]:
    """The first events of a stream, as dicts; `meanwhile` is called once it is open."""
    found: list[dict] = []
    async with asyncio.timeout(10):
        # As the server reads it, and closes it when the browser goes.
        stream = response._iterator
        async for part in stream:
            for frame in part.decode().split("\n\n"):
                said = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
                if "event" in said:
                    found.append({**said, "data": json.loads(said["data"])})
            if meanwhile is not None and found:
                asyncio.get_running_loop().call_later(0.2, _later(meanwhile))
                meanwhile = None
            if len(found) >= wanted:
                break
        await stream.aclose()
    return found


def _later(call):
    return lambda: asyncio.ensure_future(sync_to_async(call)())


def listen(browser, wanted: int, query: str = "", *, meanwhile=None, **headers) -> list[dict]:
    async def run():
        return await heard(await ask(browser, query, **headers), wanted, meanwhile=meanwhile)

    return async_to_sync(run)()


def test_what_is_told_reaches_the_open_page_in_its_language(buyer):
    tell(buyer, "before")
    first, told = listen(browser_of(buyer), 2, "?market=de", meanwhile=lambda: tell(buyer))
    assert (first["event"], first["data"]) == ("unread", {"count": 1})
    assert told["event"] == "notification" and told["id"]
    assert told["data"]["title"] == "Bestellung SC-TEST0001 ist bezahlt"
    assert told["data"]["facts"] == ORDER and told["data"]["kind"] == "order_paid"


def test_an_app_listens_with_its_access_token(buyer):
    token = sign_in("buyer@example.com")
    told = listen({}, 2, meanwhile=lambda: tell(buyer), Authorization=f"Bearer {token}")
    assert told[1]["data"]["title"] == "Order SC-TEST0001 is paid"


@pytest.mark.parametrize("header", ["", "Bearer x", "Bearer ", "Basic eA=="])
def test_a_stranger_is_told_to_sign_in(header):
    answer = async_to_sync(ask)({}, **({"Authorization": header} if header else {}))
    assert answer.status_code == 401 and not answer.streaming


def test_one_who_left_hears_nothing(buyer):
    browser = browser_of(buyer)
    buyer.is_active = False
    buyer.save()
    assert async_to_sync(ask)(browser).status_code == 401


def test_another_person_gets_none(buyer, other_buyer):
    def both() -> None:
        tell(buyer, "secret")
        pushing.push_order(user_id=buyer.pk, order="SC-SECRET", kind=Kind.ORDER_PAID)
        tell(other_buyer, "own")

    first, told = listen(browser_of(other_buyer), 2, "?after=0-0", meanwhile=both)
    assert first["data"] == {"count": 0}
    assert told["data"]["id"] in {row["id"] for row in other_buyer.notifications.values("id")}


def test_who_lost_the_line_hears_what_came_meanwhile_once_and_in_order(buyer):
    browser = browser_of(buyer)
    _first, told = listen(browser, 2, meanwhile=lambda: tell(buyer, "0"))
    for key in ("1", "2", "3"):
        tell(buyer, key)
    missed = listen(browser, 4, **{"Last-Event-ID": told["id"]})[1:]
    ids = list(buyer.notifications.order_by("pk").values_list("pk", flat=True))
    assert [one["data"]["id"] for one in missed] == ids[1:]
    assert [one["id"] for one in listen(browser, 4, f"?after={told['id']}")[1:]] == [one["id"] for one in missed]


@pytest.mark.parametrize("after", ["x", "1", "$", "9" * 40 + "-1", "1-1%0d%0a"])
def test_an_id_that_is_none_of_ours_begins_with_what_comes_now(buyer, after):
    tell(buyer, "before")
    told = listen(browser_of(buyer), 2, f"?after={after}", meanwhile=lambda: tell(buyer, "now"))
    assert told[1]["data"]["id"] == buyer.notifications.get(key="now").pk


def test_what_comes_right_after_the_first_word_is_not_lost(buyer):
    browser = browser_of(buyer)
    (first,) = listen(browser, 1)
    tell(buyer)
    _unread, told = listen(browser, 2, **{"Last-Event-ID": first["id"]})
    assert told["event"] == "notification"


def test_a_change_of_an_order_is_told_to_its_owner(buyer):
    place(user=buyer)
    event = OrderPaid(order_number="SC-TEST0001", payment_id=1)
    told = listen(browser_of(buyer), 3, meanwhile=lambda: notifications.tell_paid(event))
    assert told[2]["event"] == "order"
    assert told[2]["data"] == {"order": "SC-TEST0001", "kind": "order_paid"}


def test_one_person_listens_so_many_times_at_once_and_a_closed_page_makes_room(buyer, other_buyer, monkeypatch):
    monkeypatch.setattr(live, "MOST_STREAMS", 2)
    browser, other = browser_of(buyer), browser_of(other_buyer)

    async def run():
        first, second = await ask(browser), await ask(browser)
        refused = await ask(browser)
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")
        elsewhere = await ask(other)
        assert elsewhere.status_code == 200
        assert len(await heard(first, 1)) == 1
        third = await ask(browser)
        assert third.status_code == 200
        for stream in (second, third, elsewhere):
            await heard(stream, 1)

    async_to_sync(run)()


def test_a_silent_stream_says_that_it_lives_and_ends_with_the_session(buyer, monkeypatch):
    monkeypatch.setattr(feeds, "HEARTBEAT_SECONDS", 0.05)
    browser = browser_of(buyer)

    async def run():
        parts, response = [], await ask(browser)
        async with asyncio.timeout(10):
            async for part in response._iterator:
                parts.append(part)
                if len(parts) == 3:
                    await sync_to_async(sign_out)(browser)
        return parts

    parts = async_to_sync(run)()
    assert parts[1:3] == [b": still here\n\n"] * 2
    assert not redis.store().zcard(redis.key("feed-seats", f"person:{buyer.pk}"))


def sign_out(cookies: dict[str, str]) -> None:
    client = Client()
    client.cookies.load(cookies)
    client.logout()


def test_only_our_own_pages_may_listen(buyer):
    async def run(origin: str):
        answer = await ask(cookies, Origin=origin)
        await heard(answer, 1)
        return answer

    cookies = browser_of(buyer)
    ours, other = (async_to_sync(run)(origin) for origin in (configured.PUBLIC_URL, "https://evil.test"))
    assert ours["Access-Control-Allow-Origin"] == configured.PUBLIC_URL
    assert ours["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Allow-Origin" not in other and other["Vary"] == "Origin"
    assert async_to_sync(ask)(cookies, method="post").status_code == 405


def test_a_feed_keeps_a_bounded_number_for_a_bounded_time(buyer):
    for number in range(3):
        feeds.send("order", [(pushing.feed_of(buyer.pk), {"n": number})] * 100)
    name = redis.key("feed", f"person:{buyer.pk}")
    assert 100 <= redis.store().xlen(name) <= 200
    assert 0 < redis.store().ttl(name) <= feeds.KEPT_SECONDS
    writing.erase_of(buyer.pk)
    assert not redis.store().exists(name)


def test_from_a_process_as_in_production_it_takes_less_than_two_seconds(buyer):
    url = urlsplit(os.environ["DATABASE_URL"])
    database = url._replace(path="/" + str(connection.settings_dict["NAME"])).geturl()
    cookies = browser_of(buyer)
    (session,) = redis.store().keys(f"*{cookies[configured.SESSION_COOKIE_NAME]}*")
    redis.store().expire(session, 60)
    with (
        open_realtime(DATABASE_URL=database) as address,
        requests.get(f"{address}/events/me/", cookies=cookies, stream=True, timeout=10) as response,
    ):
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in response.headers
        lines = response.iter_lines()
        assert next(line for line in lines if line.startswith(b"data: ")) == b'data: {"count": 0}'
        sent = time.monotonic()
        tell(buyer)
        data = next(line for line in lines if line.startswith(b"data: "))
        assert time.monotonic() - sent < 2
        assert json.loads(data[6:])["title"] == "Order SC-TEST0001 is paid"
        response.close()
    # A page that only stays open keeps nobody signed in.
    assert redis.store().ttl(session) <= 60
