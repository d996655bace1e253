"""Bytes from addresses that others named: from the public internet only, only so many, only for so long.

Each connection resolves the name once, looks at every address it has, and goes to one that was looked at: a name that
changes its mind meanwhile gains nothing. No proxy, no cookie, no credential is sent.
"""

import socket
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urljoin

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from shopcloud.lib.public_addresses import NotPublic, resolved

SECONDS = 20.0
STEP_SECONDS = 8.0
REDIRECTS = 3
LONGEST_URL = 2_000
PIECE = 64 * 1024
_PORTS = {80, 443}
_MOVED = {301, 302, 303, 307, 308}
_BUSY = {429, 503}
_HEADERS = {
    "User-Agent": "ShopCloud/1.0 (product import)",
    "Accept": "image/avif,image/webp,image/png,image/jpeg,*/*;q=0.5",
    # What is packed may unpack to anything.
    "Accept-Encoding": "identity",
}


class NotFetched(Exception):
    """Nothing was fetched; the message says why."""


class Silent(NotFetched):
    """The host cannot be reached, or not in time."""


class Busy(NotFetched):
    """The host asks for a pause of so many seconds."""

    def __init__(self, reason: str, pause: float) -> None:
        self.pause = pause
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Target:
    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """What a URL leads to. Raises NotFetched where it is none that may be followed."""
    if len(url) > LONGEST_URL:
        raise NotFetched(f"the address is longer than {LONGEST_URL:,} characters")
    try:
        parts: Url = parse_url(url)
    except LocationParseError:
        raise NotFetched("is not a valid address") from None
    if parts.scheme not in ("http", "https") or not parts.host:
        raise NotFetched("the address must begin with https:// or http://")
    if parts.auth:
        raise NotFetched("the address carries a user name; pictures must be open to everybody")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in _PORTS and port < 1024:
        raise NotFetched(f"port {port} is not one of the web")
    if settings.PRODUCTION and (parts.scheme, port) != ("https", 443):
        # The network lets nothing else out (deploy/terraform/modules/network), and a plain answer may be anybody's.
        raise NotFetched("the address must begin with https:// and name no other port")
    return Target(parts.scheme, parts.host.strip("[]"), port, parts.request_uri)


def fetch(url: str, *, most_bytes: int, seconds: float = SECONDS) -> bytes:
    """The whole answer. Raises NotFetched."""
    until = time.monotonic() + seconds
    for _hop in range(REDIRECTS + 1):
        answer = _Visit(target_of(url), until).get(most_bytes)
        if isinstance(answer, bytes):
            return answer
        url = urljoin(url, answer)
    raise NotFetched(f"leads on more than {REDIRECTS} times")


class _Checked:
    """A connection to an address that was looked at; `handle` cuts it off, whatever it is at."""

    handle: socket.socket | None = None
    until = 0.0

    def _new_conn(self) -> socket.socket:
        failure: OSError | None = None
        for family, where in resolved(self._dns_host, self.port):  # type: ignore[attr-defined]
            made = socket.socket(family, socket.SOCK_STREAM)
            try:
                made.settimeout(_step(self.until))
                made.connect(where)
            except OSError as error:
                made.close()
                failure = error
                continue
            self.handle = made.dup()
            if time.monotonic() >= self.until:
                # The watch found nothing to cut.
                made.close()
                raise TimeoutError
            return made
        raise failure or NotPublic("no address")


class _Plain(_Checked, HTTPConnection):
    pass


class _Secure(_Checked, HTTPSConnection):
    pass


class _Visit:
    """One request, over at `until` however slowly the other side speaks."""

    def __init__(self, target: Target, until: float) -> None:
        self.target, self.until = target, until
        kind = _Secure if target.scheme == "https" else _Plain
        self.connection = kind(target.host, target.port, timeout=_step(until))
        self.connection.until = until

    def get(self, most_bytes: int) -> bytes | str:
        """The content, or where it has moved to."""
        watch = threading.Timer(max(self.until - time.monotonic(), 0), self._cut)
        watch.daemon = True
        watch.start()
        try:
            self.connection.request("GET", self.target.path, headers=_HEADERS, preload_content=False,
                                    decode_content=False)  # type: ignore[call-arg]  # fmt: skip
            return self._answer(self.connection.getresponse(), most_bytes)
        except NotPublic as error:
            raise NotFetched(str(error)) from None
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise Silent(self._explained(error)) from None
        finally:
            watch.cancel()
            self._close()

    def _answer(self, response: BaseHTTPResponse, most_bytes: int) -> bytes | str:
        if response.status in _MOVED and response.headers.get("Location"):
            return str(response.headers["Location"])
        if response.status in _BUSY:
            raise Busy(f"the host answers {response.status}", _pause_of(response))
        if response.status != 200:
            raise NotFetched(f"the host answers {response.status}")
        return self._body(response, most_bytes)

    def _body(self, response: BaseHTTPResponse, most_bytes: int) -> bytes:
        too_large = NotFetched(f"is larger than {most_bytes // 1024 // 1024} MB")
        told = response.headers.get("Content-Length", "")
        if told.isascii() and told.isdigit() and int(told[:20]) > most_bytes:
            raise too_large
        body = bytearray()
        while piece := response.read(PIECE, decode_content=False):
            body += piece
            if len(body) > most_bytes:
                raise too_large
        if time.monotonic() >= self.until:
            raise Silent("took too long")
        return bytes(body)

    def _explained(self, error: Exception) -> str:
        late = time.monotonic() >= self.until or isinstance(error, TimeoutError) or "timed out" in str(error)
        if "certificate" in str(error).lower():
            return f"{self.target.host} has no valid certificate"
        return "took too long" if late else f"{self.target.host} cannot be reached"

    def _cut(self) -> None:
        handle = self.connection.handle
        if handle is not None:
            try:
                handle.shutdown(socket.SHUT_RDWR)
            except OSError:
                # The other side was first.
                return

    def _close(self) -> None:
        self.connection.close()
        if self.connection.handle is not None:
            self.connection.handle.close()


def _step(until: float) -> float:
    return max(min(STEP_SECONDS, until - time.monotonic()), 0.001)


def _pause_of(response: BaseHTTPResponse) -> float:
    told = response.headers.get("Retry-After", "")
    return float(told[:6]) if told.isascii() and told.isdigit() else 1.0
