"""One call to a partner: to the address that was checked, without following anywhere else, within seconds."""

import time
from dataclasses import dataclass

import urllib3

from orders.partners.addresses import Target, resolve

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 3.0, 10.0, 15.0
MOST_READ = 2000


class NoAnswer(Exception):
    """Nobody there, no valid certificate, or too slow."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`excerpt` is how the answer begins; of a redirect only the status is looked at."""

    status: int
    excerpt: str


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Raises NoAnswer; BadAddress for an address that may not be called."""
    try:
        target = resolve(url)
    except OSError as error:
        raise NoAnswer(f"The name is not known: {error}") from None
    sent = {**headers, "Content-Type": "application/json", "User-Agent": "ShopCloud-Webhooks/1", "Host": _host(target)}
    try:
        with _pool(target) as pool:
            response = pool.urlopen(
                "POST", target.path, body=body, headers=sent, redirect=False, retries=False, preload_content=False
            )
            try:
                return Answer(int(response.status), _beginning(response))
            finally:
                response.close()
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}"[:300]) from None


def _pool(target: Target) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if target.scheme == "http":
        return urllib3.HTTPConnectionPool(target.ip, target.port, timeout=timeout)
    # The certificate is that of the name, though the call goes to the address.
    return urllib3.HTTPSConnectionPool(
        target.ip,
        target.port,
        timeout=timeout,
        cert_reqs="CERT_REQUIRED",
        assert_hostname=target.host,
        server_hostname=target.host,
    )


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    return name if target.port in {80, 443} else f"{name}:{target.port}"


def _beginning(response: urllib3.BaseHTTPResponse) -> str:
    """As much of the body as the log shows. One that comes drop by drop is left alone after a while."""
    end, found = time.monotonic() + WHOLE_SECONDS, b""
    while len(found) < MOST_READ and time.monotonic() < end:
        part = response.read1(MOST_READ - len(found))
        if not part:
            break
        found += part
    return found.decode("utf-8", "replace").replace("\x00", "")
