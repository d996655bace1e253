"""Writes what we know of a person as a zip: a page to read, and a JSON file for each kind of thing."""

import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One kind of thing that is known of a person; each of its tables becomes a file of that name."""

    title: str
    tables: dict[str, Rows]


def write(file: IO[bytes], chapters: Sequence[Chapter], *, email: str, at: datetime) -> None:
    """The archive in the active language."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, rows in (pair for chapter in chapters for pair in chapter.tables.items()):
            made.writestr(f"{name}.json", json.dumps(rows, cls=_Encoder, ensure_ascii=False, indent=2))
        told = {"chapters": [_shown(chapter) for chapter in chapters], "email": email, "at": at}
        made.writestr("index.html", render_to_string("accounts/export/index.html", told))
        made.writestr("style.css", render_to_string("accounts/export/style.css"))


def _shown(chapter: Chapter) -> dict[str, Any]:
    tables = [{"name": name, "rows": [_plain(row) for row in rows]} for name, rows in chapter.tables.items() if rows]
    return {"title": chapter.title, "tables": tables}


def _plain(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values as people read them; what is empty says nothing."""
    said = ((name, value) for name, value in row.items() if value not in (None, "", [], {}, ()))
    return [(name.replace("_", " "), _text(value)) for name, value in said]


def _text(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, cls=_Encoder, ensure_ascii=False)
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else str(value)


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, Iterable) and not isinstance(o, bytes | str):
            return list(o)
        try:
            return super().default(o)
        except TypeError:
            return str(o)
