"""Who votes: the signed-in person, or a guest by an id in a signed cookie of its own, made with the first vote."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from catalog.votes import Voter
from shopcloud.lib import ids

NAME = "votes"
_SALT = "catalog.votes"
KEPT_SECONDS = 365 * 24 * 3600


def known_voter(request: HttpRequest) -> Voter | None:
    """None for a guest who never voted."""
    if request.user.is_authenticated:
        return Voter(person=str(request.user.reviewer))
    guest = str(request.get_signed_cookie(NAME, default="", salt=_SALT))
    return Voter(guest=guest) if guest else None


def new_guest() -> Voter:
    return Voter(guest=ids.event_id())


def remember(response: HttpResponse, voter: Voter) -> None:
    """Keep a guest's id; a signed-in person needs no cookie."""
    if voter.guest:
        response.set_signed_cookie(
            NAME,
            voter.guest,
            salt=_SALT,
            max_age=KEPT_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.PRODUCTION,
        )
