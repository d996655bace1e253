"""Whether a visit may be counted, and under what name. The visitor's answer decides; a browser's refusal beats it."""

import re

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

CONSENT_COOKIE = "consent"
# A random id that ends half an hour after the last page: it joins the clicks of a visit and never two visits.
VISIT_COOKIE = "visit"
_VISIT = re.compile(r"[A-Za-z0-9-]{16,64}")
_DEVICES = (
    ("bot", re.compile(r"bot|crawl|spider|slurp|preview|headless", re.I)),
    ("tablet", re.compile(r"ipad|tablet|kindle|silk|android(?!.*mobile)", re.I)),
    ("mobile", re.compile(r"mobi|iphone|ipod", re.I)),
    ("desktop", re.compile(r"windows|macintosh|x11|cros|linux", re.I)),
)


def may_count(request: HttpRequest) -> bool:
    """True where the visitor said yes and the browser sends neither Global Privacy Control nor Do Not Track."""
    if request.headers.get("Sec-GPC") == "1" or request.headers.get("DNT") == "1":
        return False
    return request.COOKIES.get(CONSENT_COOKIE) == "analytics"


def session_of(request: HttpRequest) -> str:
    """The visit as a keyed hash, so that the lake cannot be joined with a browser; empty without one."""
    visit = request.COOKIES.get(VISIT_COOKIE, "")
    return salted_hmac("analytics.visit", visit, algorithm="sha256").hexdigest()[:32] if _VISIT.fullmatch(visit) else ""


def device_of(request: HttpRequest) -> str:
    """`desktop`, `mobile`, `tablet`, `bot` or `other`."""
    agent = request.headers.get("User-Agent", "")
    return next((name for name, pattern in _DEVICES if pattern.search(agent)), "other")
