"""What a request says of whom it is from before anybody is signed in: an address, or the number of an account."""

import json
import re
from typing import Any

from allauth.account.utils import url_str_to_user_pk
from django.http import HttpRequest

APPS = "/_allauth/"
_DOORS = ("/account/", APPS, "/admin/login/")
_FIELDS = ("login", "email", "username")
_ORDER = re.compile(r"(?:/api/v1)?/orders/(SC-[0-9A-Z]{8,17})/")
_RESET = re.compile(r"/account/password/reset/key/([0-9a-z]{1,13})-")
_RESET_KEY = re.compile(r"([0-9a-z]{1,13})-")


def typed_email(request: HttpRequest, path: str) -> str:
    """The address that somebody typed to sign in, sign up, or be helped in; empty elsewhere."""
    if request.method != "POST" or not path.startswith(_DOORS):
        return ""
    told = _told(request)
    return next((str(told.get(name)).strip() for name in _FIELDS if told.get(name)), "")


def person_number(request: HttpRequest, path: str) -> int | None:
    """The number in the link of a mail about a forgotten password, or in a passkey."""
    if not path.startswith(_DOORS):
        return None
    found = _RESET.match(path) or _RESET_KEY.match(request.headers.get("X-Password-Reset-Key", ""))
    if found is None and request.method == "POST":
        told = _told(request)
        found = _RESET_KEY.match(str(told.get("key", ""))) if path.startswith(APPS) else None
        if found is None and told.get("credential"):
            return _of_passkey(told.get("credential"))
    return int(url_str_to_user_pk(found[1])) if found else None


def order_number(path: str) -> str:
    """Of the order that a page or an answer is about; empty elsewhere."""
    found = _ORDER.match(path)
    return found[1] if found else ""


def _of_passkey(credential: Any) -> int | None:
    """Of the handle that our site gave the passkey: the person's number, as allauth spells it."""
    from fido2.utils import websafe_decode

    try:
        told = json.loads(credential) if isinstance(credential, str) else credential
        return int(url_str_to_user_pk(websafe_decode(told["response"]["userHandle"]).decode()))
    except (ValueError, TypeError, KeyError):
        return None


def _told(request: HttpRequest) -> Any:
    if request.content_type != "application/json":
        return request.POST
    try:
        told = json.loads(request.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
