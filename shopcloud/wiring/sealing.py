"""Seals whatever is stored plainly, or with a key from before. Safe to run at any time, twice or half.

What no key opens stays as it is and is said: its key may come back.
"""

from collections.abc import Iterator
from typing import Any

import structlog
from allauth.mfa.models import Authenticator
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from orders.models import PartnerEndpoint
from shopcloud.lib.sealing import Unreadable, newest, seal, unseal

log = structlog.get_logger()
_ENDPOINT, _STEP = ("secret", "previous_secret"), ("secret", "seed")


def seal_everything() -> int:
    """How many rows were sealed anew. A row that is changed at this moment is left to the next run."""
    return sum(_endpoints()) + sum(_second_steps())


def _endpoints() -> Iterator[int]:
    for name in _ENDPOINT:
        stored = PartnerEndpoint.objects.annotate(stored=Cast(name, TextField())).exclude(stored="")
        for key, held in stored.exclude(stored__startswith=newest()).values_list("pk", "stored"):
            try:
                yield stored.filter(pk=key, stored=held).update(**{name: unseal(held)})
            except Unreadable:
                log.error("sealing.unreadable", what=f"partner endpoint, {name}", key=key)


def _second_steps() -> Iterator[int]:
    plain = ~Q(stored__contains=newest())
    types = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    found = Authenticator.objects.filter(type__in=types).annotate(stored=Cast("data", TextField())).filter(plain)
    for key, data in found.values_list("pk", "data").iterator():
        try:
            if (sealed := _sealed(data)) != data:
                yield Authenticator.objects.filter(pk=key, data=data).update(data=sealed)
        except Unreadable:
            log.error("sealing.unreadable", what="second step", key=key)


def _sealed(data: dict[str, Any]) -> dict[str, Any]:
    told = {name: seal(unseal(held)) if name in _STEP else held for name, held in data.items()}
    if "migrated_codes" in told:
        told["migrated_codes"] = [seal(unseal(code)) for code in told["migrated_codes"]]
    return told
