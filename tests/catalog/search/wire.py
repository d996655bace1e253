"""A cluster's side of the wire: a server that plays what a real one once answered, or misbehaves as it is told.

With `OPENSEARCH_RECORD=1` and `OPENSEARCH_TEST_URL`, test_opensearch_wire.py asks a real cluster and writes down anew
what it answers.
"""

import gzip
import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from .engines import CLUSTER

RECORDED = Path(__file__).with_name("recorded")
RECORDING = bool(os.environ.get("OPENSEARCH_RECORD"))
Request = dict[str, Any]
# What to say to a request: a status and a body, as JSON or as raw bytes.
Answer = tuple[int, Any]


class Wire:
    """The requests a client sent, in order, with their bodies as JSON values; `url` is where it sends them."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""


@contextmanager
def serving(answer: Callable[[Request], Answer]) -> Iterator[Wire]:
    wire = Wire(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = gzip.decompress(raw) if self.headers.get("Content-Encoding") == "gzip" else raw
            request = {"method": self.command, "path": self.path, "body": [json.loads(x) for x in body.splitlines()]}
            wire.requests.append(request)
            wire.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, told = wire.answer(request)
            sent = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(sent)

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _serve

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    wire.url = f"http://127.0.0.1:{server.server_address[1]}/wire"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def played(name: str) -> Iterator[Wire]:
    """Plays `recorded/<name>.json`; a request that is not the recorded one is answered with what was expected."""
    file = RECORDED / f"{name}.json"
    if RECORDING:
        yield from _recorded(file)
        return
    pairs = iter(json.loads(file.read_text()))
    differences: list[tuple[Any, Request]] = []

    def answer(request: Request) -> Answer:
        pair = next(pairs, None)
        if pair is None or pair["request"] != request:
            differences.append((pair and pair["request"], request))
            return 400, {"error": {"type": "not_as_recorded"}, "status": 400}
        return pair["status"], pair["answer"]

    with serving(answer) as wire:
        yield wire
    for expected, sent in differences:
        assert sent == expected
    assert next(pairs, None) is None, "the recording goes on"


def _recorded(file: Path) -> Iterator[Wire]:
    pairs: list[dict[str, Any]] = []

    def answer(request: Request) -> Answer:
        status, told = _of_the_cluster(request)
        pairs.append({"request": request, "status": status, "answer": told})
        return status, told

    with serving(answer) as wire:
        yield wire
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(pairs, indent=1, ensure_ascii=False) + "\n")


def _of_the_cluster(request: Request) -> Answer:
    data = "".join(json.dumps(line) + "\n" for line in request["body"]).encode() or None
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(CLUSTER + request["path"], data, headers, method=request["method"])
    try:
        with urllib.request.urlopen(asked) as response:
            return response.status, json.loads(response.read() or "{}")
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read() or "{}")
