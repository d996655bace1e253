"""A person's right to a copy of everything we know of them: asked for here, written by a worker, kept for a week.

What each tier knows is told by the wiring (`privacy.registry.exports`), as for erasure.
"""

import hashlib
import tempfile
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import archive, mails, privacy
from accounts.exports import DataExport
from accounts.models import User
from accounts.privacy import Subject, pseudonym_of
from media import delivery
from media import services as media
from shopcloud.lib import ids, residency

LEASE = timedelta(minutes=15)
KEPT = timedelta(days=7)
# Long enough to begin a download, too short to be passed on.
LINK_SECONDS = 60
FILENAME = "shopcloud-data.zip"
log = structlog.get_logger()


def ask(*, user: User, now: datetime) -> DataExport:
    """Write the wish down; asked again before the copy is made is asked once."""
    return _written(privacy.subject_of(user), user.email, user.language, now, user=user)


def ask_as_guest(*, email: str, language: str, now: datetime) -> DataExport:
    """The wish of somebody who proved that an address is theirs and has no account."""
    return _written(Subject(None, (email.lower(),)), email, language, now, user=None)


def newest_of(user: User) -> DataExport | None:
    return DataExport.objects.filter(user=user).order_by("-requested_at").first()


def due(*, now: datetime) -> list[int]:
    """The wishes to go on with: new ones, and those whose worker was lost."""
    waiting = DataExport.objects.filter(state=DataExport.State.WAITING, due_at__lte=now)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:50])


def go_on(*, export_id: int, now: datetime) -> bool:
    """Make one copy and tell its person; False if another worker has it. A tier that is away: tried again later."""
    mine = DataExport.objects.filter(pk=export_id, state=DataExport.State.WAITING, due_at__lte=now)
    if not mine.update(due_at=now + LEASE):
        return False
    wish = DataExport.objects.get(pk=export_id)
    subject = Subject(wish.subject["user_id"], tuple(wish.subject["emails"]))
    with tempfile.TemporaryFile() as file, translation.override(wish.language):
        archive.write(file, privacy.known_of(subject), email=wish.subject["to"], at=now)
        media.store_copy(wish.file, file)
    secret = "" if wish.user_id else ids.secret_token()
    # Told first: a copy that nobody hears of would be deleted unread; a second mail does no harm.
    _tell(wish, secret)
    digest = _hash(secret) if secret else ""
    made = {"state": DataExport.State.READY, "ready_at": now, "subject": {}, "secret_hash": digest}
    if not DataExport.objects.filter(pk=export_id, state=DataExport.State.WAITING).update(**made):
        # The person was forgotten meanwhile.
        media.delete_copy(wish.file)
        return False
    log.info("privacy.copied", export_id=export_id)
    return True


def link_of(export: DataExport) -> str:
    """Where the file is fetched, for a minute."""
    return delivery.copy_url(export.file, filename=FILENAME, seconds=LINK_SECONDS)


def waiting_behind(secret: str) -> DataExport | None:
    """The copy that a guest's link opens; None once it was fetched or deleted."""
    ready = DataExport.objects.filter(state=DataExport.State.READY, user=None, fetched_at=None)
    return ready.filter(secret_hash=_hash(secret)).first()


def fetch_once(*, export: DataExport, now: datetime) -> bool:
    """Use a guest's link up; False if somebody was quicker."""
    mine = DataExport.objects.filter(pk=export.pk, state=DataExport.State.READY, fetched_at=None)
    return bool(mine.update(fetched_at=now))


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Delete the files that were kept for their week; returns how many. Raises MediaUnavailable."""
    old = DataExport.objects.filter(state=DataExport.State.READY, ready_at__lt=now - KEPT).order_by("ready_at")
    rows = list(old[:limit])
    for row in rows:
        _let_go(row)
    return len(rows)


def erase(subject: Subject) -> int:
    """The copies a person asked for, with their files; a part of forgetting them. Raises MediaUnavailable."""
    theirs = DataExport.objects.filter(pseudonym__in=[pseudonym_of(email) for email in subject.emails])
    rows = list(theirs)
    for row in rows:
        media.delete_copy(row.file)
        row.delete()
    return len(rows)


def _let_go(row: DataExport) -> None:
    media.delete_copy(row.file)
    DataExport.objects.filter(pk=row.pk).update(state=DataExport.State.GONE, file="", secret_hash="")


def _written(subject: Subject, email: str, language: str, now: datetime, *, user: User | None) -> DataExport:
    told = {"user_id": subject.user_id, "emails": list(subject.emails), "to": email}
    pseudonym = pseudonym_of(email)
    try:
        with residency.atomic():
            return DataExport.objects.create(
                user=user,
                pseudonym=pseudonym,
                subject=told,
                language=language,
                file=media.export_key(FILENAME),
                requested_at=now,
                due_at=now,
            )
    except IntegrityError:
        return DataExport.objects.get(pseudonym=pseudonym, state=DataExport.State.WAITING)


def _tell(wish: DataExport, secret: str) -> None:
    path = reverse("account-guest-export", args=[secret]) if secret else reverse("account-privacy")
    with translation.override(wish.language):
        told = {"link": settings.PUBLIC_URL + path, "days": KEPT.days}
        body = render_to_string("accounts/mail/export_ready.txt", told)
        mails.post(EmailMessage(_("The copy of your data is ready"), body, to=[wish.subject["to"]]))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
