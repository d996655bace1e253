"""A change as a person reads it: line by line what stood there and what stands there now."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst

from accounts.models import User
from shopcloud.lib.audit import AuditEntry

MOST_LINES = 60
HIDDEN = "(hidden)"
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?\+00:00")
# Numbers of rows that say nothing to a reader, by the column's name.
_NAMED: dict[str, tuple[Any, str]] = {"group_id": (Group, "role"), "permission_id": (Permission, "permission")}


@dataclass(frozen=True, slots=True)
class Line:
    """One place that differs; None where nothing stood or stands."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """An entry with what a page shows of it. `more` lines are not shown."""

    entry: AuditEntry
    person: str
    thing: str
    did: str
    lines: list[Line]
    more: int


def read(entries: list[AuditEntry]) -> list[Read]:
    """Each entry, in three statements at most for all of them."""
    people = dict(User.objects.filter(pk__in={e.actor_id for e in entries}).values_list("pk", "email"))
    names = {column: _names(entries, column) for column in _NAMED}
    return [_read(entry, people.get(entry.actor_id) or f"account {entry.actor_id}, gone", names) for entry in entries]


def lines(entry: AuditEntry, names: Mapping[str, Mapping[int, str]] | None = None) -> list[Line]:
    """Every place that differs, in the order of its name."""
    was, become = (dict(_flat(held)) for held in (entry.before, entry.after))
    told = []
    for path in sorted(was.keys() | become.keys()):
        before, after = was.get(path), become.get(path)
        if path in was and path in become and before == after:
            # Columns that did not change are not in the entry: what is told of this one does not show how it did.
            if path in entry.before:
                told.append(Line(_title(entry.model, path), _text(before, {}), HIDDEN if after == HIDDEN else "…"))
        elif before or after:
            known = (names or {}).get(path, {})
            told.append(Line(_title(entry.model, path), _text(before, known), _text(after, known)))
    return told


def thing_of(entry: AuditEntry) -> str:
    """What was changed, in the words of the admin."""
    model = _model(entry.model)
    kind = capfirst(str(model._meta.verbose_name)) if model else entry.model
    return f"{kind} {entry.name or entry.object_id}"


def _read(entry: AuditEntry, person: str, names: Mapping[str, Mapping[int, str]]) -> Read:
    told = lines(entry, names)
    return Read(entry, person, thing_of(entry), _did(entry), told[:MOST_LINES], max(0, len(told) - MOST_LINES))


def _did(entry: AuditEntry) -> str:
    """`orders_order_fulfil` -> "fulfil", `orders_coupon_changelist:delete_selected` -> "delete selected"."""
    name, _colon, chosen = entry.action.partition(":")
    return (chosen or name.rpartition("_")[2] or name).replace("_", " ")


def _names(entries: list[AuditEntry], column: str) -> dict[int, str]:
    held = {e.before.get(column) for e in entries} | {e.after.get(column) for e in entries}
    wanted = [key for key in held if isinstance(key, int)]
    return {row.pk: str(row) for row in _NAMED[column][0].objects.filter(pk__in=wanted)} if wanted else {}


def _flat(held: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves by their way from the top: `variants.0.price`."""
    parts = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else None
    if parts is None or not held:
        if path:
            yield path, held
        return
    for name, inner in parts:
        yield from _flat(inner, f"{path}.{name}" if path else str(name))


def _title(model: str, path: str) -> str:
    top, _dot, rest = path.partition(".")
    if top in _NAMED:
        return _NAMED[top][1]
    found = _model(model)
    try:
        title = str(found._meta.get_field(top.removesuffix("_id")).verbose_name) if found else top  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError):
        title = top.replace("_", " ")
    return f"{title} {rest.replace('.', ' ')}".strip()


def _model(label: str) -> Any:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def _text(held: Any, known: Mapping[int, str]) -> str | None:
    if held is None:
        return None
    if isinstance(held, str):
        moment = _MOMENT.fullmatch(held)
        return f"{moment[1]} {moment[2]} UTC" if moment else held
    return known.get(held) or json.dumps(held, ensure_ascii=False) if isinstance(held, int) else json.dumps(held)
