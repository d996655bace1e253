"""Signed webhooks: `t=<unix seconds>,v1=<HMAC-SHA256 of "<t>.<body>">`, as the large providers sign theirs."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

MAX_AGE = timedelta(minutes=5)
# A sender signs with the secrets that are live, which are two at most.
MAX_DIGESTS = 4


class BadSignature(ValueError):
    """Missing, forged, or outside of the five minutes in which a webhook is believed."""


def sign(body: bytes, *, secret: str, now: datetime) -> str:
    """The header's value for `body` sent at `now`."""
    at = int(now.timestamp())
    return f"t={at},v1={_digest(body, secret, at)}"


def verify(header: str, body: bytes, *, secrets: Iterable[str], now: datetime) -> None:
    """Raises BadSignature unless `header` signs `body` with one of `secrets` and is younger than MAX_AGE.

    Several secrets are live while one is being rolled over.
    """
    at, offered = _parts(header)
    expected = [_digest(body, secret, at) for secret in secrets]
    if not any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in offered):
        raise BadSignature("The signature does not match the body.")
    check_age(header, now=now)


def check_age(header: str, *, now: datetime) -> None:
    """Raises BadSignature when `header` was made more than MAX_AGE away from `now`."""
    at, _ = _parts(header)
    if abs(now.timestamp() - at) > MAX_AGE.total_seconds():
        raise BadSignature("The webhook is older than five minutes. Send it again with a new timestamp.")


def _digest(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def _parts(header: str) -> tuple[int, list[str]]:
    pairs = [item.strip().partition("=") for item in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    digests = [value for name, _, value in pairs if name == "v1"]
    # isascii: compare_digest refuses other text, and so would int() some digits.
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or len(times[0]) > 12 or not digests:
        raise BadSignature("The signature header is missing or malformed.")
    return int(times[0]), [d for d in digests if d.isascii()][:MAX_DIGESTS]
