"""Secrets that the shop must read again, sealed before they are stored: a dump of the database opens nothing.

Fernet (AES-128-CBC with HMAC-SHA256) under keys made of `SEALING_KEYS`. The first seals, all of them open: a key is
changed by putting a new one before it; `shopcloud.wiring.sealing` then seals everything anew, and the old one can go.
A sealed text names its key: `sealed:<key>:<token>`. What was stored before there were seals is read as it stands.
"""

import base64
import hashlib
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from shopcloud.lib.resilience import TierUnavailable

MARK = "sealed"
SHORTEST_KEY = 32


class Unreadable(TierUnavailable):
    """No key of ours opens it; who needs it to go on hears that the shop has a break, the log says why."""

    def __init__(self) -> None:
        super().__init__("A stored secret was sealed with a key that is gone. Put that key back into SEALING_KEYS.")


def seal(text: str) -> str:
    """What may be stored of a secret; nothing of nothing."""
    if not text:
        return ""
    name, fernet = next(iter(_fernets().items()))
    return f"{MARK}:{name}:{fernet.encrypt(text.encode()).decode()}"


def unseal(stored: str) -> str:
    """The secret again; raises Unreadable."""
    if not stored.startswith(f"{MARK}:"):
        return stored
    _mark, name, token = stored.split(":", 2)
    try:
        return _fernets()[name].decrypt(token.encode()).decode()
    except (KeyError, InvalidToken):
        raise Unreadable from None


def newest() -> str:
    """How texts begin that are sealed with the key in use."""
    return f"{MARK}:{next(iter(_fernets()))}:"


class Opened(str):
    """A secret that was read, with how it was stored: saved again it is stored as it was, and counts as unchanged."""

    stored: str

    def __new__(cls, text: str, stored: str) -> "Opened":
        opened = super().__new__(cls, text)
        opened.stored = stored
        return opened


class Closed:
    """A secret that no key of ours opens, as it is stored."""

    def __init__(self, stored: str) -> None:
        self.stored = stored


class _Reading(DeferredAttribute):
    """A closed secret stops whoever reads it, not whoever lists, changes or saves the rest of its row."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        if isinstance(value, Closed):
            raise Unreadable
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.TextField):
    """A text that the database holds sealed and the code reads plainly. Nothing can be looked for in it.

    Reading it from a row raises Unreadable when its key is gone; a row is read and saved without it all the same.
    """

    descriptor_class = _Reading

    def from_db_value(self, value: str | None, *_told: Any) -> "Opened | Closed | None":
        if value is None:
            return None
        try:
            return Opened(unseal(value), value)
        except Unreadable:
            return Closed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        held = model_instance.__dict__
        return held[self.attname] if self.attname in held else super().pre_save(model_instance, add)

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Closed):
            return value.stored
        if value is None or hasattr(value, "resolve_expression"):
            return value
        stored = getattr(value, "stored", "")
        return stored if stored.startswith(newest()) else seal(str(value))


def _fernets() -> dict[str, Fernet]:
    """By the name that a sealed text bears. Without keys of its own the shop seals with those that sign."""
    keys = settings.SEALING_KEYS or [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return dict(_fernet(key) for key in keys)


@cache
def _fernet(key: str) -> tuple[str, Fernet]:
    made = HKDF(SHA256(), 32, salt=None, info=b"shopcloud.sealing").derive(key.encode())
    return hashlib.sha256(b"name" + made).hexdigest()[:8], Fernet(base64.urlsafe_b64encode(made))
