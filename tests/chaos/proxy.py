"""A TCP proxy on loopback that can be cut: what an engine looks like when the network or the engine goes away,
with a word or without one."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator


class Proxy(socketserver.ThreadingTCPServer):
    """Passes bytes to `target` (host, port) until `cut`; then drops what is open and what comes, until `mend`.

    After `hush` everything stays open, and nothing passes any more.
    """

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Pass)
        self.target = target
        self._whole = threading.Event()
        self._whole.set()
        self._open: set[socket.socket] = set()
        self.is_hushed = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def is_whole(self) -> bool:
        return self._whole.is_set()

    def cut(self) -> None:
        self._whole.clear()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def hush(self) -> None:
        self.is_hushed = True

    def mend(self) -> None:
        self._whole.set()

    @contextlib.contextmanager
    def holding(self, *connections: socket.socket) -> Iterator[None]:
        self._open.update(connections)
        try:
            yield
        finally:
            self._open.difference_update(connections)


class _Pass(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        if not self.server.is_whole:
            return
        with socket.create_connection(self.server.target, timeout=5) as engine:
            engine.settimeout(None)
            with self.server.holding(self.request, engine):
                back = threading.Thread(target=self._pump, args=(engine, self.request), daemon=True)
                back.start()
                self._pump(self.request, engine)
                back.join(5)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self.server.is_hushed:
                    target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def proxy_to(host: str, port: int) -> Iterator[Proxy]:
    with Proxy((host, port)) as proxy:
        threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield proxy
        finally:
            proxy.cut()
            proxy.shutdown()
