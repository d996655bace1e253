"""A person's right to be forgotten, over every tier.

Accounts stand below the apps that hold most of what is known of a person, so each of those registers its parts here
(`shopcloud/wiring/privacy.py`). Each part may run twice without harm: what is done is written down after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, models
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts import mails
from accounts.archive import Chapter
from accounts.models import Address, ErasureRequest, User
from shopcloud.lib import residency

LEASE = timedelta(minutes=15)
PAUSE = timedelta(hours=1)
SHORTEST_MARK = 5
log = structlog.get_logger()


class StaffAccount(Exception):
    """Accounts of staff are closed by an administrator, who keeps the record of what they did."""

    def __str__(self) -> str:
        return _("An account of the shop's staff is closed by an administrator.")


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is to be forgotten. `user_id` is None for a guest; `marks` are texts that give the person away."""

    user_id: int | None
    emails: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing that is known of people. `erase` takes it away and says how many of it there were."""

    name: str
    erase: Callable[[Subject], int]


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that is known of people, for the copy that they may ask for. `title` is read at that time."""

    title: Callable[[], str]
    tables: Callable[[Subject], dict[str, list[dict[str, Any]]]]


@dataclass
class Registry:
    """What the wiring told. Parts are erased in the order in which they were told; the account itself is the last.

    `sources` say what is known of a person.

    `marks` finds more texts that give a person away, `open_business` whether something is still to be done for them,
    `kept` what the law wants kept, and `scans` how often the marks stand in a tier.
    """

    parts: list[Part] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    marks: list[Callable[[Subject], set[str]]] = field(default_factory=list)
    open_business: list[Callable[[Subject], bool]] = field(default_factory=list)
    kept: dict[str, Callable[[Subject], int]] = field(default_factory=dict)
    scans: dict[str, Callable[[tuple[str, ...]], int]] = field(default_factory=dict)


registry = Registry()


def pseudonym_of(email: str) -> str:
    """Stands for an address in proofs: the same for the same address, and without our key it tells nobody which."""
    return salted_hmac("accounts.privacy", email.strip().lower(), algorithm="sha256").hexdigest()


def ask_to_be_forgotten(*, user: User, now: datetime) -> ErasureRequest:
    """Write the wish down and tell the person; asked twice is asked once. Raises StaffAccount."""
    if user.is_staff or user.is_superuser:
        raise StaffAccount
    return _written(subject_of(user), user.email, user.language, now)


def ask_to_be_forgotten_as_guest(*, email: str, language: str, now: datetime) -> ErasureRequest:
    """The wish of somebody who proved that an address is theirs and has no account."""
    subject = Subject(None, (email.lower(),))
    return _written(_with_marks(subject, set(subject.emails)), email, language, now)


def known_of(subject: Subject) -> list[Chapter]:
    """Everything every tier knows of a person, in the active language. Raises what a tier that is away raises."""
    return [Chapter(source.title(), source.tables(subject)) for source in registry.sources]


def open_request(email: str) -> ErasureRequest | None:
    """The wish of the person with this address that is not fulfilled yet."""
    return ErasureRequest.objects.filter(pseudonym=pseudonym_of(email)).exclude(state="done").first()


def due(*, now: datetime) -> list[int]:
    """The wishes to go on with: new ones, those that waited for an order, those whose worker was lost."""
    waiting = ErasureRequest.objects.exclude(state="done").filter(due_at__lte=now)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:50])


def go_on(*, request_id: int, now: datetime) -> bool:
    """Take a wish to its end, from where the last worker left it; False if it has to wait or another worker has it."""
    mine = ErasureRequest.objects.filter(pk=request_id, due_at__lte=now).exclude(state="done")
    if not mine.update(due_at=now + LEASE):
        return False
    request = ErasureRequest.objects.get(pk=request_id)
    subject = _subject(request.subject)
    if not request.told:
        _tell(request)
    if request.state == ErasureRequest.State.WAITING and not _begin(request, subject, now):
        return False
    for part in registry.parts:
        if part.name not in request.parts:
            _erase(request, part, subject, now)
    _finish(request, subject, now)
    return True


def scan(marks: tuple[str, ...]) -> dict[str, int]:
    """How often each tier holds one of the texts."""
    return {tier: look(marks) for tier, look in registry.scans.items()}


def subject_of(user: User) -> Subject:
    """Who this is, and the texts that give them away."""
    own = {user.email.lower(), *(row.email.lower() for row in EmailAddress.objects.filter(user=user))}
    subject = Subject(user.pk, tuple(sorted(own)))
    found = {f"{user.first_name} {user.last_name}".strip(), *own}
    for row in Address.objects.filter(user=user):
        found |= {row.name, row.line1}
    return _with_marks(subject, found)


def _with_marks(subject: Subject, found: set[str]) -> Subject:
    for more in registry.marks:
        found |= more(subject)
    return Subject(subject.user_id, subject.emails, tuple(sorted(mark for mark in found if len(mark) >= SHORTEST_MARK)))


def _subject(kept: Mapping[str, object]) -> Subject:
    fields: dict[str, object] = {**kept}
    return Subject(fields["user_id"], tuple(fields["emails"]), tuple(fields["marks"]))  # type: ignore[arg-type]


def _written(subject: Subject, email: str, language: str, now: datetime) -> ErasureRequest:
    try:
        with residency.atomic():
            request = ErasureRequest.objects.create(
                pseudonym=pseudonym_of(email),
                user_id=subject.user_id,
                subject={**asdict(subject), "to": email},
                language=language,
                requested_at=now,
                due_at=now,
            )
    except IntegrityError:
        return ErasureRequest.objects.get(pseudonym=pseudonym_of(email), state__in=("waiting", "running"))
    _tell(request)
    return request


def _tell(request: ErasureRequest) -> None:
    """Say that we begin. While no mail can be sent the wish stands all the same, and they are told later."""
    try:
        _mail(request, "erasure_asked")
    except mails.OUTAGES as outage:
        log.warning("privacy.not_told", request_id=request.pk, error=type(outage).__name__)
        return
    request.told = True
    request.save(update_fields=["told"])


def _begin(request: ErasureRequest, subject: Subject, now: datetime) -> bool:
    """Shut the account and begin, unless something is still open: then the account stays as it is, and it waits."""
    if _has_open_business(subject):
        return _wait(request, now)
    # Shut first, then looked at once more: an order placed in between is seen, and none is placed afterwards.
    _account(subject).update(is_active=False)
    if _has_open_business(subject):
        _account(subject).update(is_active=True)
        return _wait(request, now)
    request.kept = {name: count(subject) for name, count in registry.kept.items()}
    request.state = ErasureRequest.State.RUNNING
    request.save(update_fields=["kept", "state"])
    return True


def _account(subject: Subject) -> "models.QuerySet[User]":
    return User.objects.none() if subject.user_id is None else User.objects.filter(pk=subject.user_id)


def _has_open_business(subject: Subject) -> bool:
    return any(is_open(subject) for is_open in registry.open_business)


def _wait(request: ErasureRequest, now: datetime) -> bool:
    ErasureRequest.objects.filter(pk=request.pk).update(due_at=now + PAUSE)
    return False


def _erase(request: ErasureRequest, part: Part, subject: Subject, now: datetime) -> None:
    count = part.erase(subject)
    request.parts = {**request.parts, part.name: {"count": count, "at": now.isoformat()}}
    request.save(update_fields=["parts"])
    log.info("privacy.erased", request_id=request.pk, part=part.name, count=count)


def _finish(request: ErasureRequest, subject: Subject, now: datetime) -> None:
    """Look for the person in every tier, say goodbye, and forget who it was."""
    request.found = scan(subject.marks)
    _mail(request, "erasure_done")
    request.subject, request.user_id = {}, None
    request.state, request.finished_at = ErasureRequest.State.DONE, now
    request.save(update_fields=["found", "subject", "user_id", "state", "finished_at"])
    if not request.is_clean:
        log.error("privacy.marks_left", request_id=request.pk, found=request.found)


def _mail(request: ErasureRequest, kind: str) -> None:
    with translation.override(request.language):
        subjects = {"erasure_asked": _("You asked us to forget you"), "erasure_done": _("We have forgotten you")}
        body = render_to_string(f"accounts/mail/{kind}.txt", {"shop_url": settings.PUBLIC_URL, "kept": request.kept})
        mails.post(EmailMessage(subjects[kind], body, to=[request.subject["to"]]))
