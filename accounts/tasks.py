"""Background work of accounts. Each task takes `**_`, so that a newer release may send more."""

from typing import Any

from celery import shared_task

from accounts import copies, mails, privacy
from shopcloud.lib import clock


@shared_task
def go_on_with_erasures(**_: Any) -> None:
    """Give the wishes to be forgotten that are due to a worker."""
    for request_id in privacy.due(now=clock.now()):
        erase_person.delay(request_id=request_id)


@shared_task
def erase_person(*, request_id: int, **_: Any) -> None:
    """Go on with one wish to be forgotten, unless it waits or another worker has it."""
    privacy.go_on(request_id=request_id, now=clock.now())


@shared_task
def go_on_with_exports(**_: Any) -> None:
    """Give the wishes for a copy of one's data that are due to a worker, and let go of copies that were kept a week."""
    for export_id in copies.due(now=clock.now()):
        export_person.delay(export_id=export_id)
    copies.sweep(now=clock.now())


@shared_task
def export_person(*, export_id: int, **_: Any) -> None:
    """Make one copy of a person's data, unless another worker does."""
    copies.go_on(export_id=export_id, now=clock.now())


@shared_task(bind=True, max_retries=mails.TRIES)
def send_mail(self: Any, *, mail: mails.Written, **_: Any) -> None:
    """Hand a mail to the mail server; while it is away, again and again for a day."""
    try:
        mails.send(mail)
    except mails.OUTAGES as outage:
        raise self.retry(exc=outage, countdown=mails.pause(self.request.retries)) from outage
