"""An open page's stream ends when its store is gone, with a word or without: the browser comes back to the truth."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured

from shopcloud.lib import realtime, redis
from tests.chaos.proxy import Proxy, proxy_to

MUG = {"sku": "MUG", "available": 5}


@pytest.fixture
def line(settings, monkeypatch):
    """What lies between streams and the store; who publishes has a line of its own, opened before."""
    redis.store().ping()
    url = urlsplit(configured.REDIS_URL)
    with proxy_to(url.hostname, url.port) as proxy:
        settings.REDIS_URL = url._replace(netloc=url.netloc.replace(f":{url.port}", f":{proxy.port}")).geturl()
        monkeypatch.setattr(realtime, "HEARTBEAT_SECONDS", 0.2)
        monkeypatch.setattr(realtime, "ANSWER_SECONDS", 0.5)
        yield proxy


class Page:
    """Collects what a stream of one channel says, for as long as it lasts."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []

    async def listen(self) -> None:
        async for frame in realtime.stream(["stock:MUG"], event="stock"):
            self.frames.append(frame)

    def told(self) -> list[int]:
        return [json.loads(f.split(b"data: ")[1])["available"] for f in self.frames if b"data: " in f]

    async def hears(self, wanted) -> None:
        async with asyncio.timeout(10):
            while not wanted(self):
                await asyncio.sleep(0.02)


def follow(story) -> Page:
    """Runs a story beside an open page."""

    async def run() -> Page:
        page = Page()
        listening = asyncio.create_task(page.listen())
        await story(page, listening)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        return page

    return asyncio.run(run())


def test_a_quiet_stream_of_a_store_that_answers_goes_on(line: Proxy):
    async def story(page: Page, listening: asyncio.Task) -> None:
        await page.hears(lambda page: page.frames.count(b": still here\n\n") > 5)
        assert not listening.done()

    follow(story)


def test_a_stream_ends_when_the_store_answers_no_more_without_a_word(line: Proxy):
    async def story(page: Page, listening: asyncio.Task) -> None:
        await page.hears(lambda page: b": still here\n\n" in page.frames)
        line.hush()
        await asyncio.wait_for(listening, 5)

    follow(story)


def test_a_stream_does_not_wait_for_a_store_that_never_answered(line: Proxy):
    async def story(page: Page, listening: asyncio.Task) -> None:
        line.hush()
        await asyncio.wait_for(listening, 20)

    assert follow(story).told() == []


def test_a_page_that_comes_back_hears_what_was_told_while_the_line_was_cut(line: Proxy):
    async def cut(page: Page, listening: asyncio.Task) -> None:
        realtime.publish({"stock:MUG": MUG})
        await page.hears(lambda page: page.told() == [5])
        line.cut()
        await asyncio.wait_for(listening, 5)

    async def back(page: Page, listening: asyncio.Task) -> None:
        await page.hears(lambda page: page.told() == [3])

    follow(cut)
    realtime.publish({"stock:MUG": {**MUG, "available": 3}})
    line.mend()
    follow(back)
