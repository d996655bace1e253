"""Which addresses the shop may call: https, with a name that leads to public addresses alone.

The name is asked for once a call, and the call goes to the address that was checked: a name that changes its mind in
between cannot lead it inside.
"""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

SCHEMES = frozenset({"https"})
_PORTS = {"https": 443, "http": 80}


class BadAddress(ValueError):
    """The message says what is wrong with the address."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: `ip` is what was checked, `host` what the certificate must name."""

    scheme: str
    host: str
    ip: str
    port: int
    path: str


def check(url: str) -> None:
    """What can be said of an address without asking for its name. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress("This is no address.") from None
    if parts.scheme not in SCHEMES:
        raise BadAddress("The address must begin with https://.")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadAddress("Name a host, and neither a user nor a fragment.")
    if port == 0:
        raise BadAddress("There is no port 0.")
    if settings.PRODUCTION and port not in {None, 443}:
        # The network lets nothing else out (deploy/terraform/modules/network).
        raise BadAddress("The address must name no other port than 443.")
    try:
        address = ipaddress.ip_address(parts.hostname)
    except ValueError:
        return
    if not is_public(address):
        raise BadAddress("This address is not a public one.")


def resolve(url: str) -> Target:
    """Raises BadAddress where any of the name's addresses is not public, OSError where nobody knows it."""
    check(url)
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(is_public(ipaddress.ip_address(ip.partition("%")[0])) for ip in found):
        raise BadAddress("The name leads to an address that is not public.")
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host, found[0], port, f"{parts.path or '/'}{query}")


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)
