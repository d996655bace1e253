"""Which home a request is in: that of who is signed in, of whose address is being typed in, or of the place it came to.

An account lies in one home, and nobody knows in which before they have said who they are. So whoever signs in, signs up
or resets a password is looked for in every home, always in all of them, so that neither answer nor time tells more.
"""

import time
from collections.abc import Callable
from typing import Any

from allauth.account.internal.emailkit import valid_email_or_none
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import HttpRequest, HttpResponse

from accounts import home_clues
from shopcloud.lib import residency

_CATALOG_DESKS = ("/admin/catalog/", "/admin/media/")


class HomeMiddleware:
    """Puts every request into the home of whom it is from. Where there is one region it is not there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not residency.has_several():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        numbered, typed = _home_of_number(request), home_of_typed(request)
        said = typed or _home_of_order(request)
        with residency.asking(lambda: numbered or _home_of_session(request) or said or settings.REGION):
            if request.path_info.startswith(_CATALOG_DESKS) and residency.region() != settings.CATALOG_REGION:
                raise PermissionDenied("The catalog's tables are kept in another region.")
            response = self.get_response(request)
        if typed and not request.session.get(SESSION_KEY):
            _wait_until(began + settings.SIGN_IN_SECONDS)
        return response


def of_new_person(market: str) -> str:
    """Where the data of whoever signs up in a market will live: with several regions, the home we are in already."""
    if residency.has_several():
        return residency.region()
    return "us" if market == "us" else "eu"


def is_proved_elsewhere(email: str) -> bool:
    """Whether an account of another home has proved that the address is its own. Raises HomeUnavailable."""
    from allauth.account.models import EmailAddress

    proved = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return any(residency.ask(home, proved.exists) for home in residency.others())


def home_of_typed(request: HttpRequest) -> str:
    """The home of who lives where the typed address says; of a new person, that of the market they sign up in.

    Empty where no address was typed. Raises HomeUnavailable where an address might be known to a home that is away.
    """
    path = _path(request)
    email = home_clues.typed_email(request, path)
    return home_of_email(request, email, is_new="signup" in path) if email else ""


def home_of_email(request: HttpRequest, email: str, *, is_new: bool) -> str:
    """The home that knows an address; where none does, that of the market for a new account, else where we are.

    Raises HomeUnavailable where one that may know it is away, and always while one is if an account is to be made.
    """
    known, away = _looked_up(email)
    if away and (not known or is_new):
        raise residency.HomeUnavailable
    # Apps name no market when they sign somebody up: they speak to the region that is near.
    by_market = is_new and not request.path_info.startswith(home_clues.APPS)
    return known or (_of_market(request) if by_market else settings.REGION)


def _looked_up(email: str) -> tuple[str, bool]:
    """The first home that knows the address, and whether one did not answer. All are asked, whatever they answer."""
    from accounts.models import User

    address = valid_email_or_none(email)
    if address is None:
        return "", False
    people, found, away = User.objects.filter(email=address), [], False
    for home in settings.HOMES:
        try:
            found += [home] if residency.ask(home, people.exists) else []
        except residency.HomeUnavailable:
            away = True
    return (found[0] if found else ""), away


def _wait_until(moment: float) -> None:
    """Let the answer take as long as from the farthest home, so that the time does not tell which one it was."""
    if (left := moment - time.monotonic()) > 0:
        time.sleep(left)


def _home_of_session(request: HttpRequest) -> str:
    """The home of who is signed in, or about to be; empty for a stranger. Apps bring sessions of their own."""
    session = request.session
    number = session.get(SESSION_KEY) or _waiting(session)
    return residency.of_number(int(number)) if number else ""


def _waiting(session: Any) -> int | str | None:
    """The number of a person who has said who they are, and has not proved it yet."""
    login = session.get(LOGIN_SESSION_KEY)
    if isinstance(login, dict) and login.get("user_pk"):
        return int(url_str_to_user_pk(login["user_pk"]))
    for key in (EMAIL_VERIFICATION_CODE_SESSION_KEY, PASSWORD_RESET_VERIFICATION_SESSION_KEY):
        state = session.get(key)
        if isinstance(state, dict) and state.get("user_id"):
            return str(state["user_id"])
    return None


def _home_of_number(request: HttpRequest) -> str:
    number = home_clues.person_number(request, _path(request))
    return residency.of_number(number) if number else ""


def _home_of_order(request: HttpRequest) -> str:
    """A guest's order is opened wherever they are, by the link of a mail or by its number and their address."""
    number = home_clues.order_number(_path(request))
    return residency.of_order(number) if number else ""


def _path(request: HttpRequest) -> str:
    """Without the market's prefix."""
    market = getattr(request, "market", None)
    return request.path_info.removeprefix(market.prefix if market else "")


def _of_market(request: HttpRequest) -> str:
    market = getattr(request, "market", None)
    return "us" if market is None or market.code == "us" else "eu"
