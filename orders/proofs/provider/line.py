"""The line between shop and provider: one request a connection, and cut where the proof wants it cut."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

WAIT_SECONDS = 10.0
# May do whatever it likes at that moment; False cuts the line there.
Hook = Callable[[], bool]


def _pass() -> bool:
    return True


class Line:
    """A loopback port that leads to `port`. For the first request, `before` is called when the provider has not heard
    of it yet, `after` when it has answered and the shop has not heard that; later requests pass."""

    def __init__(self, port: int, *, before: Hook = _pass, after: Hook = _pass) -> None:
        self._to, self._before, self._after = port, before, after
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._used = False
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        # Closing alone does not wake the thread that waits in accept().
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            before, after = (_pass, _pass) if self._used else (self._before, self._after)
            self._used = True
            threading.Thread(target=self._carry, args=(client, before, after), daemon=True).start()

    def _carry(self, client: socket.socket, before: Hook, after: Hook) -> None:
        client.settimeout(WAIT_SECONDS)
        with client, suppress(OSError):
            request = _message(client)
            if not before():
                return _reset(client)
            with socket.create_connection(("127.0.0.1", self._to), timeout=WAIT_SECONDS) as provider:
                provider.sendall(request)
                answer = _message(provider)
            if not after():
                return _reset(client)
            client.sendall(answer)
        return None


def _message(peer: socket.socket) -> bytes:
    """One HTTP message with its body."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += _some(peer)
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while len(body) < (int(lengths[0]) if lengths else 0):
        body += _some(peer)
    return head + b"\r\n\r\n" + body


def _some(peer: socket.socket) -> bytes:
    part = peer.recv(65536)
    if not part:
        raise ConnectionError("The other side hung up.")
    return part


def _reset(client: socket.socket) -> None:
    """Not a polite goodbye: the other side sees the connection break."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
