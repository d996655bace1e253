"""What staff changed: who, what, what stood there before and what after, written in the transaction of the change.

Triggers write it (`audit_triggers`), so that nothing gets past by the way it is written: a form, a service, an
`update()`. They write inside `by` alone, where somebody of the staff is at work: what buyers do costs them a look at
one setting, and a worker that brings in a hundred thousand products writes none: there the import is what was done.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Cast

from shopcloud.lib import observability, residency

SETTING = "shopcloud.audit"
_scope: ContextVar[str] = ContextVar("audit_scope", default="")


class AuditEntry(models.Model):
    """One thing that somebody of the staff changed.

    `model` and `object_id` say what, `before` and `after` hold the changed columns alone, secrets as "(hidden)".
    `action` is the page it was done on; what was done in one request shares its `request_id`. `actor_id` is no foreign
    key: what somebody did stays attributable when their account is gone.
    """

    class Kind(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        DELETED = "deleted"

    at = models.DateTimeField()
    actor_id = models.BigIntegerField()
    action = models.CharField(max_length=120)
    request_id = models.CharField(max_length=64)
    model = models.CharField(max_length=80)
    object_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind)
    before = models.JSONField()
    after = models.JSONField()
    words = SearchVectorField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = "staff change", "staff changes"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["actor_id", "at", "id"], name="audit_by_person"),
            models.Index(fields=["model", "object_id", "at", "id"], name="audit_by_object"),
            models.Index(fields=["request_id"], name="audit_by_request"),
            GinIndex(fields=["words"], name="audit_by_word"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.model} {self.name or self.object_id}"


@contextmanager
def by(*, actor: int, action: str) -> Iterator[None]:
    """Whatever is changed in the database inside is written down as this person's doing."""
    said = {"actor": actor, "action": action[:120], **observability.bound("request_id")}
    token = _scope.set(json.dumps(said))
    try:
        for home in residency.opened():
            tell(home)
        yield
    finally:
        _scope.reset(token)
        _end()


def note(*, model: str, object_id: str, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Write down a change of something that PostgreSQL does not hold; nothing where nobody of the staff is at work."""
    if not _scope.get():
        return
    kind = "changed" if before and after else "added" if after else "deleted"
    told = [json.dumps(held, cls=DjangoJSONEncoder) for held in (before, after)]
    with residency.connection().cursor() as cursor:
        cursor.execute(
            "SELECT audit_write(%s, %s, %s, %s, %s::jsonb, %s::jsonb)", [model, object_id, name[:200], kind, *told]
        )


def of(*, user_id: int | None) -> models.QuerySet[AuditEntry]:
    """What staff changed of somebody's account."""
    return AuditEntry.objects.filter(model="accounts.user", object_id="" if user_id is None else str(user_id))


def forget(*, user_id: int | None, marks: Iterable[str]) -> int:
    """Empty every entry that speaks of a person: of their account, naming it, or with one of their marks in a value.

    Who did it, when and to which columns stays. It reads the whole table, which only an erasure may.
    """
    found = models.Q(pk__in=of(user_id=user_id)) if user_id is not None else models.Q(pk__in=())
    if user_id is not None:
        found |= models.Q(before__user_id=user_id) | models.Q(after__user_id=user_id)
    for mark in marks:
        found |= models.Q(name__icontains=mark) | models.Q(was__icontains=mark) | models.Q(become__icontains=mark)
    said = {"was": Cast("before", models.TextField()), "become": Cast("after", models.TextField())}
    with residency.atomic(), residency.connection().cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 300000")
        entries = list(AuditEntry.objects.annotate(**said).filter(found).only("pk", "before", "after"))
        for entry in entries:
            emptied = [dict.fromkeys(held, "(erased)") for held in (entry.before, entry.after)]
            told = {"before": emptied[0], "after": emptied[1], "name": "(erased)", "words": None}
            AuditEntry.objects.filter(pk=entry.pk).update(**told)
    return len(entries)


def tell(to: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Say to a connection who is at work; a connection that is opened meanwhile is told, too."""
    if to.vendor == "postgresql":
        with to.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, false)", [SETTING, _scope.get()])


def tell_new(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """For `connection_created`."""
    if _scope.get():
        tell(connection)


def _end() -> None:
    """A connection that cannot be told is closed: it must not bear this name when the next request takes it."""
    for home in residency.opened():
        try:
            tell(home)
        except DatabaseError:
            # In a transaction that is broken the setting goes with the connection, too.
            home.close()
