"""Whose wishlist a browser shows: a guest's by its cookie, a signed-in person's own."""

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from orders.services import wishlist
from orders.views.own_cart import caller_of
from orders.wishes.cookie import forget_guest, guest_id_of, remember_guest
from orders.wishes.wish import Holder
from shopcloud.lib import ids, redis


def holder_of(request: HttpRequest) -> Holder:
    user_id = caller_of(request).user_id
    return Holder(user_id, "" if user_id is not None else guest_id_of(request))


def holder_to_fill(request: HttpRequest) -> Holder:
    """As `holder_of`, with an id for a guest who has none yet: `keep_holder` then sets the cookie."""
    found = holder_of(request)
    return found if found != Holder() else Holder(guest_id=ids.secret_token())


def keep_holder(request: HttpRequest, response: HttpResponse, holder: Holder) -> HttpResponse:
    if holder.guest_id:
        remember_guest(response, holder.guest_id)
    return response


def wished_by(request: HttpRequest) -> list[str]:
    """The products on the browser's list; none while its store is away: a page's header stands without them."""
    try:
        return wishlist.product_ids_of(holder_of(request))
    except (DatabaseError, *redis.Unavailable):
        return []


def join_wishes(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """What this browser's guest saved goes onto the signed-in person's list; the cookie with it."""
    guest_id, user_id = guest_id_of(request), caller_of(request).user_id
    if not guest_id or user_id is None:
        return response
    note = wishlist.take_over(guest_id=guest_id, user_id=user_id).note
    if note:
        messages.warning(request, note)
    forget_guest(response)
    return response
