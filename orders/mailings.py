"""Mails about orders on their way: kept in PostgreSQL until they are sent, whatever becomes of the broker or a worker.

A mail is queued as a row, then handed to a worker. Should the task be lost, the schedule finds the row and hands it
over again. A worker claims the row before it sends; a claim that is never answered for runs out.
"""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from orders import mail
from orders.models import Mailing, Order
from orders.models.mailing import MAX_ATTEMPTS
from orders.review_mail import NoLongerTrue
from shopcloud.lib import guards, observability
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

# A claim older than this belongs to a worker that died before it could say whether it sent the mail.
CLAIM = timedelta(minutes=10)
# How long the task of a fresh row has before the schedule asks whether it was lost.
HEAD_START = timedelta(minutes=2)
OUTAGE_PAUSE = timedelta(minutes=1)
OUTAGES = (
    ConnectionError,
    TimeoutError,
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    TierUnavailable,
    CircuitOpen,
)
log = structlog.get_logger()


def queue(*, order_number: str, kind: str, about: int | None = None, occasion: str = "", now: datetime) -> Mailing:
    """Write down that a mail is to be sent; the same one asked for twice is one. Raises Order.DoesNotExist."""
    order = Order.objects.only("pk").get(number=order_number)
    mailing, _is_new = Mailing.objects.get_or_create(
        order=order, kind=kind, about=about, occasion=occasion, defaults={"due_at": now + HEAD_START}
    )
    return mailing


def send(*, mailing_id: int, now: datetime) -> bool:
    """Send one mail; False if it was sent before, is being sent by another worker, or could not be sent now."""
    if not _claim(mailing_id, now):
        return False
    mailing = Mailing.objects.select_related("order").get(pk=mailing_id)
    with observability.about(order_number=mailing.order.number):
        return _deliver(mailing, now)


def _deliver(mailing: Mailing, now: datetime) -> bool:
    try:
        _send(mailing)
    except NoLongerTrue:
        Mailing.objects.filter(pk=mailing.pk).delete()
        return False
    except OUTAGES as outage:
        _give_back(mailing, outage, attempts=mailing.attempts - 1, due_at=now + OUTAGE_PAUSE)
        return False
    except Exception as error:
        log.exception("mail.failed", mailing_id=mailing.pk, kind=mailing.kind)
        _give_back(mailing, error, attempts=mailing.attempts, due_at=now + timedelta(minutes=2**mailing.attempts))
        return False
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=now, last_error="")
    log.info("mail.sent", kind=mailing.kind)
    return True


def due(*, now: datetime, limit: int = 500) -> list[int]:
    """The mails to hand to a worker again: never claimed in time, failed before, or claimed by a worker that died."""
    waiting = Mailing.objects.filter(_free(now), sent_at__isnull=True, attempts__lt=MAX_ATTEMPTS, due_at__lte=now)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])


def retry(*, mailing_id: int, now: datetime) -> bool:
    """Try a dead mail from the start; False if it is not dead."""
    dead = Mailing.objects.filter(pk=mailing_id, sent_at__isnull=True, attempts__gte=MAX_ATTEMPTS)
    return bool(dead.update(attempts=0, claimed_at=None, due_at=now))


def _send(mailing: Mailing) -> None:
    message = mail.compose(order=mailing.order, kind=mailing.kind, about=mailing.about, occasion=mailing.occasion)
    # A worker may die after the mail server took the mail: sent again it is the same message, and shown once.
    domain = mail.contact_address().rpartition("@")[2]
    message.extra_headers["Message-ID"] = f"<{mailing.order.number}.{mailing.pk}@{domain}>"
    message.send()


def _claim(mailing_id: int, now: datetime) -> bool:
    wanted = Mailing.objects.filter(pk=mailing_id, sent_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
    if guards.stands("mailings.claim"):
        wanted = wanted.filter(_free(now))
    # Counted when taken, not when failed: a mail that kills its worker must not be tried forever.
    return bool(wanted.update(claimed_at=now, attempts=F("attempts") + 1))


def _free(now: datetime) -> Q:
    return Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)


def _give_back(mailing: Mailing, error: Exception, *, attempts: int, due_at: datetime) -> None:
    reason = f"{type(error).__name__}: {error}"[:500]
    Mailing.objects.filter(pk=mailing.pk).update(claimed_at=None, attempts=attempts, due_at=due_at, last_error=reason)
