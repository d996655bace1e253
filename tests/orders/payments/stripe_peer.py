"""A peer that speaks the documented part of Stripe's API over real HTTP and writes down what it was asked."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Peer:
    """`answers[(method, path)]` is (status, body) or a list of them; `hang` swallows requests without an answer."""

    server: ThreadingHTTPServer
    answers: dict = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    silence: threading.Event = field(default_factory=threading.Event)
    hang: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, method: str, path: str, body: dict, status: int = 200) -> None:
        self.answers[(method, path)] = (status, body)


def start() -> Peer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    peer = Peer(server)
    server.peer = peer
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return peer


def stop(peer: Peer) -> None:
    peer.silence.set()
    peer.server.shutdown()
    peer.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._serve({name: values[0] for name, values in parse_qs(body).items()})

    def _serve(self, form: dict[str, str]) -> None:
        peer: Peer = self.server.peer
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        peer.asked.append(Asked(self.command, parts.path, {**query, **form}, dict(self.headers.items())))
        if peer.hang:
            peer.silence.wait(10)
            self.close_connection = True
            return
        missing = {"error": {"type": "invalid_request_error", "code": "resource_missing", "message": "No such object"}}
        status, answer = peer.answers.get((self.command, parts.path), (404, missing))
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_) -> None:
        """Quiet."""
