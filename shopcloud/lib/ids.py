"""Identifiers: unguessable where they open something, speakable where people read them out."""

import secrets
import uuid

from shopcloud.lib import residency

# Crockford's base 32: no I, L, O or U, so a number survives a phone call.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def code(length: int) -> str:
    """A random code of `length` characters, 5 bits each."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def order_number() -> str:
    """`SC-7K3F92QX`; a region other than the first puts its letter before the code."""
    return f"SC-{residency.mark()}{code(8)}"


def product_id() -> str:
    """Ten lower-case letters and digits: 50 bits, no hyphen, so it can end a URL after the slug."""
    return code(10).lower()


def event_id() -> str:
    return str(uuid.uuid4())


def secret_token() -> str:
    """256 bits for carts, downloads and anything else whose knowledge is the permission."""
    return secrets.token_urlsafe(32)
