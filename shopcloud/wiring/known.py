"""What every tier knows of a person, for the copy that they may ask for. Secrets that open doors stay out of it."""

from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import partners, queries
from accounts.models import (
    Address,
    Consent,
    DataExport,
    ErasureRequest,
    MutedNotification,
    Notification,
    User,
)
from accounts.privacy import Source, Subject, pseudonym_of
from analytics import viewed
from analytics.queries import purchases_of
from catalog.reviewers import reviews_by
from orders import exports as orders
from orders import privacy as orders_privacy
from orders.services import wishlist
from orders.services.claim_reviews import claim_reviews
from shopcloud.lib import audit
from shopcloud.lib.idempotency_api import kept_for
from shopcloud.lib.rows import rows_of

Tables = dict[str, list[dict[str, Any]]]


def sources() -> list[Source]:
    return [
        Source(lambda: _("Your account"), of_account),
        Source(lambda: _("Signing in"), of_sign_ins),
        Source(lambda: _("Orders"), _of(orders.orders_export)),
        Source(lambda: _("Cart"), _of(orders.carts_export)),
        Source(lambda: _("Wishlist"), of_wishlist),
        Source(lambda: _("Products you wait for"), _of(orders.alerts_export)),
        Source(lambda: _("Products you looked at"), of_viewed),
        Source(lambda: _("Reviews"), of_reviews),
        Source(lambda: _("Purchases in our statistics"), of_lake),
        Source(lambda: _("Requests about your data"), of_requests),
    ]


def of_account(subject: Subject) -> Tables:
    own, key = {"user_id": subject.user_id}, subject.user_id
    return {
        "account": rows_of(User.objects.filter(pk__in=[] if key is None else [key]), without=("password",)),
        "email_addresses": rows_of(EmailAddress.objects.filter(**own)),
        "addresses": rows_of(Address.objects.filter(**own)),
        "notifications": rows_of(Notification.objects.filter(**own)),
        "muted_notifications": rows_of(MutedNotification.objects.filter(**own)),
        "consents": rows_of(Consent.objects.filter(**own)),
        # Tokens and the secrets of second steps are keys to doors, not knowledge.
        "providers": rows_of(SocialAccount.objects.filter(**own)),
        "second_steps": rows_of(Authenticator.objects.filter(**own), without=("data",)),
        "changes_by_staff": rows_of(_log_of(key), without=("user_id",)),
        "values_changed_by_staff": rows_of(audit.of(user_id=key), without=("actor_id", "request_id", "words")),
    }


def of_sign_ins(subject: Subject) -> Tables:
    tried = Q(username__in=subject.emails)
    return {
        "apps_with_access": _apps_of(subject.user_id),
        "sessions": rows_of(UserSession.objects.filter(user_id=subject.user_id), without=("session_key",)),
        "failed_sign_ins": rows_of(AccessAttempt.objects.filter(tried))
        + rows_of(AccessFailureLog.objects.filter(tried)),
        "sign_ins": rows_of(AccessLog.objects.filter(tried), without=("session_hash",)),
    }


def _apps_of(user_id: int | None) -> list[dict[str, Any]]:
    """The apps that hold a token now, and what each may see; without the tokens."""
    held = [] if user_id is None else partners.apps_of(user_id=user_id)
    return [
        {"client_id": app.client_id, "name": app.name, "allowed": [str(one) for one in app.allowed]} for app in held
    ]


def of_wishlist(subject: Subject) -> Tables:
    return {"wishlist": [] if subject.user_id is None else wishlist.export_of(subject.user_id)}


def of_viewed(subject: Subject) -> Tables:
    seen = [] if subject.user_id is None else viewed.export_of(subject.user_id)
    return {"viewed_products": [{"product_id": product_id} for product_id in seen]}


def of_reviews(subject: Subject) -> Tables:
    bought = list(orders_privacy.products_of(subject.user_id, subject.emails))
    held = [reviews_by(buyer, bought=bought) for buyer in reviewers(subject)]
    return {
        "reviews": [asdict(said) for one in held for said in one.reviews],
        "review_votes": [asdict(vote) for one in held for vote in one.votes],
    }


def reviewers(subject: Subject) -> list[str]:
    """What stands for the person among reviews. What they said under addresses of old comes into their account first:
    a review of their orders may wait for that still. Raises ReviewMoved, CatalogUnavailable.
    """
    person = None if subject.user_id is None else queries.reviewer(subject.user_id)
    if subject.user_id is not None:
        claim_reviews(user_id=subject.user_id)
    return [*subject.emails, *([person] if person else [])]


def of_lake(subject: Subject) -> Tables:
    """Clicks hold nothing that leads to a person; purchases lead to their orders."""
    return {"purchases": purchases_of(orders.order_numbers(subject.user_id, subject.emails))}


def of_requests(subject: Subject) -> Tables:
    theirs = [pseudonym_of(email) for email in subject.emails]
    answers = kept_for(subject.user_id, subject.emails)
    return {
        "erasure_requests": rows_of(ErasureRequest.objects.filter(pseudonym__in=theirs), without=("subject",)),
        "data_exports": rows_of(
            DataExport.objects.filter(pseudonym__in=theirs), without=("subject", "file", "secret_hash")
        ),
        "answers_to_apps": rows_of(answers, without=("request_hash", "scope", "key")),
    }


def _log_of(user_id: int | None) -> Any:
    person = ContentType.objects.get_for_model(User)
    return LogEntry.objects.filter(content_type=person, object_id=str(user_id))


def _of(tables: Callable[[int | None, Collection[str]], Tables]) -> Callable[[Subject], Tables]:
    return lambda subject: tables(subject.user_id, subject.emails)
