"""Mails to people about their account: written at once, sent by a worker, so that no page waits for the mail server."""

import smtplib
from typing import Any, TypedDict

import structlog
from django.core.mail import EmailMessage, EmailMultiAlternatives
from kombu.exceptions import OperationalError as BrokerUnavailable

from shopcloud.lib import redis

OUTAGES = (OSError, smtplib.SMTPException)
# A day; each pause is shorter than the time after which a broker hands a waiting task to a second worker.
TRIES = 300
LONGEST_PAUSE = 300
log = structlog.get_logger()


class Written(TypedDict):
    """A mail on its way to a worker."""

    subject: str
    body: str
    to: list[str]
    headers: dict[str, str]


def post(message: EmailMessage) -> None:
    """Give a mail to a worker; without a broker it is sent here and now. Raises one of OUTAGES if that fails too."""
    from accounts.tasks import send_mail

    written = _written(message)
    try:
        send_mail.delay(mail=written)
    except (BrokerUnavailable, *redis.Unavailable) as error:
        log.warning("account_mail.not_queued", error=type(error).__name__)
        send(written)


def send(mail: Written) -> None:
    """Raises one of OUTAGES while the mail server is away; a mailbox that it does not know is not asked again."""
    try:
        EmailMultiAlternatives(**mail).send()
    except smtplib.SMTPRecipientsRefused:
        log.warning("account_mail.refused")


def pause(retries: int) -> int:
    """Seconds until the next try: half a minute, then twice as long each time, five minutes at most."""
    return int(min(30 * 2 ** min(retries, 10), LONGEST_PAUSE))


def _written(message: EmailMessage) -> Written:
    headers: dict[str, Any] = {"Auto-Submitted": "auto-generated", **message.extra_headers}
    return {"subject": str(message.subject), "body": str(message.body), "to": list(message.to), "headers": headers}
