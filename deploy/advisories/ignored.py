"""The advisories that were argued away, until a day."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path

FILE = Path(__file__).parent / "ignored.toml"
LONGEST = timedelta(days=180)


class BadIgnored(Exception):
    """str() says which entry and what it lacks."""


@dataclass(frozen=True)
class Ignored:
    id: str
    package: str
    until: date
    why: str


def read(today: date, path: Path = FILE) -> list[Ignored]:
    """Raises BadIgnored for an entry without an argument or without an end."""
    held = tomllib.loads(path.read_text()).get("ignored", [])
    return [_entry(one, today) for one in held]


def _entry(held: dict[str, object], today: date) -> Ignored:
    names = {field.name for field in fields(Ignored)}
    if set(held) != names or not all(held.values()):
        raise BadIgnored(f"{FILE.name}: {held} must have {', '.join(sorted(names))}, and none empty")
    entry = Ignored(**held)  # type: ignore[arg-type]
    if type(entry.until) is not date:
        raise BadIgnored(f"{FILE.name}: {entry.id}: `until` must be a date, as 2027-01-31")
    if entry.until - today > LONGEST:
        raise BadIgnored(f"{FILE.name}: {entry.id} must end within {LONGEST.days} days, not on {entry.until}")
    return entry
