"""Finding what staff changed: by who, what, when and which words; newest first, each page from where one ended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst

from accounts.models import User
from shopcloud.lib.audit import AuditEntry

PAGE, MOST_PEOPLE = 50, 50
_COLUMNS = {"model": "model", "object_id": "object_id", "kind": "kind", "request_id": "request"}
_WORD = re.compile(r"[\w@][\w@.+-]*")


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[AuditEntry]
    next: str


class AuditForm(forms.Form):
    """What is looked for; everything may be left out."""

    person = forms.CharField(label="Who", required=False, max_length=200)
    model = forms.ChoiceField(label="What", required=False)
    object_id = forms.CharField(label="Its id", required=False, max_length=200)
    kind = forms.ChoiceField(label="How", required=False, choices=[("", "any way"), *AuditEntry.Kind.choices])
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput({"type": "date"}))
    text = forms.CharField(label="Words", required=False, max_length=200)
    request = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].choices = [("", "anything"), *kinds_of_things()]  # type: ignore[attr-defined]
        self.fields["person"].widget.attrs["placeholder"] = "Beginning of an email address"
        self.fields["text"].widget.attrs["placeholder"] = "A value, a page, an action"

    def found(self) -> QuerySet[AuditEntry]:
        """All that is meant, in no order yet. Call `is_valid` first."""
        said, found = self.cleaned_data, AuditEntry.objects.all()
        for column, name in _COLUMNS.items():
            found = found.filter(**{column: said[name]}) if said[name] else found
        if said["person"]:
            found = found.filter(actor_id__in=_people(said["person"]))
        if said["since"]:
            found = found.filter(at__gte=_begin(said["since"]))
        if said["until"]:
            found = found.filter(at__lt=_begin(said["until"] + timedelta(days=1)))
        if words := _WORD.findall(said["text"]):
            meant = " & ".join(f"'{word}':*" for word in words)
            found = found.filter(words=SearchQuery(meant, search_type="raw", config="simple"))
        return found


def page(found: QuerySet[AuditEntry], *, after: str = "", size: int = PAGE) -> Page:
    """The newest of what is meant, or those older than where the last page ended; `after` is told by that page."""
    rows = list(_older(found, after).order_by("-at", "-id")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{last.at.isoformat()}_{last.pk}" if last else "")


def everything(found: QuerySet[AuditEntry], *, most: int, size: int = 1000) -> Iterator[AuditEntry]:
    """Up to `most` entries, fetched a part at a time."""
    after, left = "", most
    while left > 0:
        part = page(found, after=after, size=min(size, left))
        yield from part.entries
        left -= len(part.entries)
        if not (after := part.next):
            return


def kinds_of_things() -> list[tuple[str, str]]:
    """What can be chosen to be looked for: whatever has a page in the admin, by name."""
    told = {model._meta.label_lower: capfirst(str(model._meta.verbose_name)) for model in admin.site._registry}
    return sorted(told.items(), key=lambda named: named[1])


def _older(found: QuerySet[AuditEntry], after: str) -> QuerySet[AuditEntry]:
    said, _line, key = after.rpartition("_")
    try:
        at = parse_datetime(said)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not key.isascii() or not key.isdigit() or len(key) > 18:
        return found
    # As a range that the index begins at, and the few of that moment that were shown.
    return found.filter(at__lte=at).exclude(at=at, id__gte=int(key))


def _people(begins: str) -> list[int]:
    if begins.isascii() and begins.isdigit() and len(begins) < 19:
        return [int(begins)]
    found = User.objects.filter(email__startswith=begins.lower(), is_staff=True)
    return list(found.order_by("email").values_list("pk", flat=True)[:MOST_PEOPLE])


def _begin(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
