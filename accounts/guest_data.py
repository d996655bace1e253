"""Guests ask for a copy of their data, or to be forgotten, by the one thing we know them by: their email address.

A link goes to that mailbox; it opens for an hour, once. The answer on the page is the same whatever we know.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import mails
from accounts.models import User
from shopcloud.lib import redis, throttle

_SALT = "accounts.guest_data"
LINK_SECONDS = 3600
PER_CLIENT = {"most": 20, "seconds": 3600}
PER_ADDRESS = {"most": 3, "seconds": 3600}


class Wish(StrEnum):
    COPY = "copy"
    ERASURE = "erasure"


class TooManyWishes(Exception):
    wait = 3600

    def __str__(self) -> str:
        return _("Too many tries in a short time. Look into your mailbox first, or try again in an hour.")


class BadLink(ValueError):
    """The link was not made by us, is older than an hour, or was used."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A wish of whoever reads the mail of an address."""

    email: str
    wish: Wish


def ask(*, email: str, wish: Wish, client: str) -> None:
    """Mail the link that carries it out. Says nothing of the address; raises TooManyWishes for a client who tries."""
    address = email.strip().lower()
    if not throttle.within(f"guest-data:client:{client}", **PER_CLIENT):
        raise TooManyWishes
    if not throttle.within(f"guest-data:address:{_digest(address)}", **PER_ADDRESS):
        return
    mails.post(_mail(address, wish))


def read(token: str) -> Proven:
    """What a link is for. Raises BadLink."""
    try:
        email, wish = signing.loads(token, salt=_SALT, max_age=LINK_SECONDS)
        found = Proven(str(email), Wish(wish))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadLink(token) from None
    if redis.store().exists(_used(token)):
        raise BadLink(token)
    return found


def use_up(token: str) -> Proven:
    """The wish of a link, which opens nothing from now on. Raises BadLink, also for the second of two at once."""
    found = read(token)
    if not redis.store().set(_used(token), 1, nx=True, ex=LINK_SECONDS):
        raise BadLink(token)
    return found


def _mail(address: str, wish: Wish) -> EmailMessage:
    has_account = User.objects.filter(email=address).exists()
    link = reverse("account-guest-link", args=[signing.dumps([address, wish.value], salt=_SALT)])
    if has_account:
        link = reverse("account-privacy")
    told = {"link": settings.PUBLIC_URL + link, "has_account": has_account, "wish": wish.value}
    body = render_to_string("accounts/mail/guest_data.txt", told)
    return EmailMessage(_("Your data at ShopCloud"), body, to=[address])


def language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _used(token: str) -> str:
    return redis.key("guest-data", _digest(token))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
