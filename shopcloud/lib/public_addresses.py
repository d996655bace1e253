"""Which addresses of the internet are everybody's: none inside a network, a machine or a cloud's own services."""

import socket
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

# What Python of this version takes for global and is not: protocol assignments, relays to IPv4, a cloud's service for
# its own machines. Of IPv6, all that is handed out to anybody is in 2000::/3.
_NOT_PUBLIC = tuple(
    ip_network(net)
    for net in ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32", "2001::/23", "2002::/16", "3fff::/20")
)
_PUBLIC_V6 = IPv6Network("2000::/3")
_Found = tuple[socket.AddressFamily, tuple[str, int]]


class NotPublic(OSError):
    """The name leads to an address that is not everybody's, or to none."""


def resolved(host: str, port: int) -> list[_Found]:
    """The addresses of a name, all of which were looked at. Raises NotPublic, one bad address is enough."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotPublic(f"{host} has no address") from None
    found: list[_Found] = [(family, (str(where[0]), port)) for family, _kind, _proto, _name, where in answers]
    if not found or not all(is_public(address) for _family, (address, _port) in found):
        raise NotPublic(f"{host} is no public address")
    return found


def is_public(text: str) -> bool:
    """Whether anybody may connect to it, or the settings allow it (tests do)."""
    try:
        address = ip_address(text)
    except ValueError:
        # With a zone, such as fe80::1%eth0.
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in ip_network(net) for net in settings.FETCH_ALLOWED_NETWORKS):
        return True
    if address.version == 6 and address not in _PUBLIC_V6:
        return False
    return address.is_global and not address.is_multicast and not any(address in net for net in _NOT_PUBLIC)
