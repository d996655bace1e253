"""Free TCP ports on the loopback address: probed, chosen, and stable for a given seed."""

import hashlib
import socket

# Below the ports the kernel hands out to outgoing connections, so that none of those can sit on an engine's port.
FIRST, LAST = 20_000, 29_999


class NoFreePort(Exception):
    """Every port of the range is taken."""


def is_free(port: int) -> bool:
    """Whether a server could listen on ``127.0.0.1:port`` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(*, seed: str, wanted: int | None = None, avoid: set[int] | None = None) -> int:
    """The ``wanted`` port if it is free, else the first free one after a place derived from ``seed``.

    The seed spreads state folders over the range: two of them started at once do not race for the same port.
    """
    taken = avoid or set()
    if wanted is not None and wanted not in taken and is_free(wanted):
        return wanted
    span = LAST - FIRST + 1
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") % span
    for step in range(span):
        port = FIRST + (start + step) % span
        if port not in taken and is_free(port):
            return port
    raise NoFreePort(f"No free port between {FIRST} and {LAST} on 127.0.0.1.")
