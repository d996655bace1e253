"""Mails about products on wishlists, to those who asked for them, in their language, with a way to end them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import queries as accounts
from accounts.notifications import mails
from accounts.notifications.models import Notification
from accounts.notifications.words import words
from accounts.queries import Purpose, Recipient
from orders.mail import contact_address
from shopcloud.markets import MARKETS, US

CHUNK = 100
log = structlog.get_logger()


def due(*, now: datetime) -> list[list[list[int]]]:
    """The mails to send, in chunks for a task each."""
    found = [list(one) for one in mails.due(now=now)]
    return [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)]


def send(handed: Sequence[Sequence[int]]) -> int:
    """Send what was handed over as (id, attempt), each mail once; how many were sent. Who no longer wants them, or has
    no confirmed address, gets none.
    """
    attempts = {int(pk): int(attempt) for pk, attempt in handed}
    rows = list(Notification.objects.filter(pk__in=attempts, mail_due_at__isnull=False))
    sent = 0
    for purpose in Purpose:
        of_kind = [row for row in rows if row.kind == purpose.value]
        willing = accounts.recipients([row.user_id for row in of_kind], purpose=purpose) if of_kind else {}
        mails.done(row.pk for row in of_kind if row.user_id not in willing)
        wanted = [row for row in of_kind if row.user_id in willing]
        sent += sum(_send(row, willing[row.user_id], purpose, attempts[row.pk]) for row in wanted)
    return sent


def _send(row: Notification, recipient: Recipient, purpose: Purpose, attempt: int) -> bool:
    if not mails.claim(row.pk, attempt):
        return False
    try:
        compose(row, recipient, purpose).send()
    except OSError as error:
        # Left as it is: it is handed over again when its lease is over.
        log.warning("wish_mail.not_sent", notification_id=row.pk, reason=type(error).__name__)
        return False
    mails.done([row.pk])
    return True


def compose(row: Notification, recipient: Recipient, purpose: Purpose) -> EmailMultiAlternatives:
    market = next((market for market in MARKETS if market.language == recipient.language), US)
    with translation.override(market.language):
        said = words(row.kind, row.facts, market=market)
        stop = accounts.unsubscribe_url(user_id=recipient.user_id, purpose=purpose)
        context: dict[str, Any] = {
            "said": said,
            "product_url": settings.PUBLIC_URL + said.path,
            "unsubscribe_url": stop,
            "shop_url": settings.PUBLIC_URL + reverse("home"),
            "contact": contact_address(),
            "language": market.language,
        }
        message = EmailMultiAlternatives(
            # A product's title may hold what must not stand in a header.
            subject=" ".join(said.title.split()),
            body=render_to_string("mail/wish.txt", context),
            to=[recipient.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Message-ID": f"<wish.{row.pk}@{contact_address().rpartition('@')[2]}>",
            },
        )
        message.attach_alternative(render_to_string("mail/wish.html", context), "text/html")
    return message
