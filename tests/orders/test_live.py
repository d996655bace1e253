"""Open pages hear of stock within two seconds, from a realtime process as it runs in production."""

import json
import threading
import time

import pytest
import requests
from django.test import AsyncClient

from shopcloud.lib import realtime
from tests.realtime_process import open_realtime


@pytest.fixture(scope="module")
def realtime_process():
    with open_realtime() as address:
        yield address


def _first_event(response: requests.Response, wanted) -> dict:
    for line in response.iter_lines():
        if line.startswith(b"data: "):
            message = json.loads(line[6:])
            if wanted(message):
                return message
    raise AssertionError("The stream ended without the event.")


def test_a_sold_out_sku_reaches_an_open_page_within_two_seconds(realtime_process):
    url = f"{realtime_process}/events/stock/?sku=LAMP-S&sku=MUG"
    with requests.get(url, stream=True, timeout=10) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["X-Accel-Buffering"] == "no"
        sent: list[float] = []

        def sell() -> None:
            sent.append(time.monotonic())
            realtime.publish({"stock:MUG": {"sku": "MUG", "available": 0}})

        timer = threading.Timer(0.5, sell)
        timer.start()
        message = _first_event(response, lambda m: m["sku"] == "MUG")
        heard = time.monotonic()
    assert message == {"sku": "MUG", "available": 0}
    assert heard - sent[0] < 2


def test_a_page_that_opens_later_starts_from_the_last_figure(realtime_process):
    realtime.publish({"stock:LAMP-S": {"sku": "LAMP-S", "available": 4}})
    with requests.get(f"{realtime_process}/events/stock/?sku=LAMP-S", stream=True, timeout=10) as response:
        assert _first_event(response, lambda _m: True)["available"] == 4


def test_a_figure_that_was_told_late_does_not_replace_a_newer_one(realtime_process):
    realtime.publish({"stock:LAMP-S": {"sku": "LAMP-S", "available": 1, "version": 8}})
    realtime.publish({"stock:LAMP-S": {"sku": "LAMP-S", "available": 2, "version": 7}})
    with requests.get(f"{realtime_process}/events/stock/?sku=LAMP-S", stream=True, timeout=10) as response:
        assert _first_event(response, lambda _m: True)["available"] == 1


async def ask(query: str, method: str = "get"):
    from django.test import override_settings

    with override_settings(ROOT_URLCONF="shopcloud.realtime_urls"):
        return await getattr(AsyncClient(), method)(f"/events/stock/{query}")


@pytest.mark.parametrize(
    "query", ["", "?sku=", "?sku=%0d%0a", "?sku=%3Cb%3E", "?" + "&".join(f"sku=S{n}" for n in range(21))]
)
def test_a_page_that_names_no_or_too_many_or_impossible_skus_is_told(query):
    import asyncio

    response = asyncio.run(ask(query))
    assert response.status_code == 400
    assert b"1 to 20 SKUs" in response.content


def test_the_stream_is_only_read():
    import asyncio

    assert asyncio.run(ask("?sku=LAMP-S", "post")).status_code == 405
