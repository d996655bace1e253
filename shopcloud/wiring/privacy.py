"""What the whole shop knows of a person: told to accounts, which stand below and know none of it."""

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db.models import Q

from accounts import copies, partners
from accounts.models import User
from accounts.notifications import writing as notifications
from accounts.privacy import Part, Registry, Subject, registry
from analytics import viewed
from catalog import review_desk
from catalog.reviewers import reviews_by
from orders import privacy as orders
from orders.services import wishlist
from shopcloud.lib import audit, redis
from shopcloud.lib.idempotency_api import kept_for
from shopcloud.wiring import known, marks

_AXES: tuple[Any, ...] = (AccessAttempt, AccessFailureLog, AccessLog)
_SESSIONS = "django.contrib.sessions.cache"


def register(into: Registry = registry) -> None:
    """Tell accounts of every part; told again changes nothing."""
    into.parts[:] = [
        Part("sessions", erase_sessions),
        Part("partner_apps", erase_partner_apps),
        # By the orders it is known what was reviewed: before them.
        Part("reviews", erase_reviews),
        Part("carts", _of(orders.erase_carts)),
        Part("stock_alerts", _of(orders.erase_alerts)),
        Part("wishlist", erase_wishlist),
        Part("viewed_products", erase_viewed),
        Part("notifications", erase_notifications),
        Part("orders", _of(orders.erase_orders)),
        Part("answers", erase_answers),
        Part("sign_in_attempts", erase_attempts),
        Part("staff_log", erase_log),
        Part("staff_changes", erase_changes),
        Part("copies", copies.erase),
        Part("account", erase_account),
    ]
    into.sources[:] = known.sources()
    into.marks[:] = [_of(orders.marks_of)]
    into.open_business[:] = [_of(orders.has_open_orders)]
    into.kept.clear()
    into.kept.update({"invoices": _of(orders.invoices_of)})
    into.scans.clear()
    into.scans.update({"postgres": marks.in_postgres, "redis": marks.in_redis, "reviews": review_desk.saying})


def erase_sessions(subject: Subject) -> int:
    """Sign the person out everywhere; tokens of apps hang on sessions and die with them."""
    if subject.user_id is None:
        return 0
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    begin = caches["default"].make_key(_SESSIONS)
    gone = 0
    for name in redis.store().scan_iter(match=f"{begin}*", count=1000):
        session = sessions(name.decode().removeprefix(begin))
        if str(session.get("_auth_user_id", "")) == str(subject.user_id):
            session.delete()
            gone += 1
    return gone


def erase_partner_apps(subject: Subject) -> int:
    """What the person allowed partner apps: their tokens and codes."""
    return partners.take_all_back(user_id=subject.user_id) if subject.user_id is not None else 0


def erase_reviews(subject: Subject) -> int:
    """Take the person's reviews away, and with them their stars, and the votes they gave."""
    bought = list(orders.products_of(subject.user_id, subject.emails))
    gone = 0
    for buyer in known.reviewers(subject):
        held = reviews_by(buyer, bought=bought)
        gone += len(held.reviews) + len(held.votes)
        review_desk.forget_reviewer(buyer, bought=bought)
    return gone


def erase_wishlist(subject: Subject) -> int:
    if subject.user_id is None:
        return 0
    count = len(wishlist.export_of(subject.user_id))
    wishlist.erase_of(subject.user_id)
    return count


def erase_viewed(subject: Subject) -> int:
    if subject.user_id is None:
        return 0
    count = len(viewed.export_of(subject.user_id))
    viewed.erase_of(subject.user_id)
    return count


def erase_notifications(subject: Subject) -> int:
    return notifications.erase_of(subject.user_id) if subject.user_id is not None else 0


def erase_answers(subject: Subject) -> int:
    """The answers to repeated requests of apps, which hold addresses and words for a day."""
    return kept_for(subject.user_id, subject.emails).delete()[0]


def erase_attempts(subject: Subject) -> int:
    return sum(model.objects.filter(username__in=subject.emails).delete()[0] for model in _AXES)


def erase_log(subject: Subject) -> int:
    """What staff did to the account stays written down, without saying whose it was."""
    of_user = ContentType.objects.get_for_model(User)
    mine = Q(content_type=of_user, object_id=str(subject.user_id))
    for mark in subject.marks:
        mine |= Q(object_repr__icontains=mark)
    return LogEntry.objects.filter(mine).update(object_repr="(erased)", change_message="")


def erase_changes(subject: Subject) -> int:
    """That staff changed something stays written down, without what it was."""
    return audit.forget(user_id=subject.user_id, marks=subject.marks)


def erase_account(subject: Subject) -> int:
    """The account, and with it its addresses, consents, email addresses, providers and second steps."""
    return User.objects.filter(pk=subject.user_id).delete()[0] if subject.user_id is not None else 0


def _of(told: Callable[[int | None, Collection[str]], Any]) -> Callable[[Subject], Any]:
    return lambda subject: told(subject.user_id, subject.emails)
