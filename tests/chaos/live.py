"""Somebody who keeps a stream of the realtime process open, as a browser does: it comes back by itself."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import requests


@dataclass(frozen=True)
class Heard:
    at: float
    event: str
    data: Any
    id: str


class Listening:
    """What a stream said, over all its connections; `answers` are the codes that it was opened with."""

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        self.heard: list[Heard] = []
        self.answers: list[int] = []
        self._asked: tuple[str, dict[str, str]] = (url, cookies or {})
        self._on, self._last = True, ""
        self._thread = threading.Thread(target=self._go, daemon=True)

    def _go(self) -> None:
        while self._on:
            with contextlib.suppress(requests.RequestException):
                self._listen()
            time.sleep(0.2)

    def _listen(self) -> None:
        url, cookies = self._asked
        headers = {"Last-Event-ID": self._last} if self._last else {}
        with requests.get(url, cookies=cookies, headers=headers, stream=True, timeout=20) as response:
            self.answers.append(response.status_code)
            if not response.ok:
                return
            said: dict[str, str] = {}
            for line in response.iter_lines(chunk_size=1, decode_unicode=True):
                if not self._on:
                    return
                if line:
                    name, _, value = line.partition(": ")
                    said[name] = value
                    continue
                self._take(said)
                said = {}

    def _take(self, said: dict[str, str]) -> None:
        if "event" in said:
            self._last = said.get("id", self._last)
            data = json.loads(said["data"])
            self.heard.append(Heard(time.monotonic(), said["event"], data, said.get("id", "")))

    def of(self, event: str) -> list[Any]:
        return [one.data for one in self.heard if one.event == event]


@contextlib.contextmanager
def listening(url: str, cookies: dict[str, str] | None = None) -> Iterator[Listening]:
    one = Listening(url, cookies)
    one._thread.start()
    try:
        yield one
    finally:
        one._on = False


def until(look: Callable[[], Any], what: str | Callable[[], str], seconds: float = 20) -> Any:
    """What `look` finds at last. Fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, what() if callable(what) else what
        time.sleep(0.05)
    return found
