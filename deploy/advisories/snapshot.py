"""The advisories in the tree: ids and affected versions, no one's sentences, and up to which day they go."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from deploy.advisories.versions import order

FILE = Path(__file__).parent / "snapshot.json"
BOUNDS = ("introduced", "fixed", "last_affected")

Event = dict[str, str]


def normalised(ecosystem: str, name: str) -> str:
    """One spelling for each package: Python's packages may be written in several."""
    return str(canonicalize_name(name)) if ecosystem == "PyPI" else name


@dataclass(frozen=True)
class Advisory:
    """A hole in a package, as OSV describes it. `versions` are affected though no range covers them."""

    id: str
    ecosystem: str
    package: str
    aliases: tuple[str, ...] = ()
    ranges: tuple[tuple[Event, ...], ...] = ()
    versions: tuple[str, ...] = ()
    withdrawn: str | None = None

    def affects(self, version: str) -> bool:
        """Raises ValueError when a bound of it is no version of its ecosystem."""
        return self._names(version) or any(self._within(events, version) for events in self.ranges)

    def fixed_in(self, version: str) -> str | None:
        """The nearest later version that is said to be without it; None when there is none yet."""
        fixes = {event["fixed"] for events in self.ranges for event in events if "fixed" in event}
        at = self._order(version)
        later = sorted((one for one in fixes if self._order(one) > at), key=self._order)
        return next((one for one in later if not self.affects(one)), None)

    def _order(self, version: str) -> Any:
        return order(self.ecosystem, version)

    def _names(self, version: str) -> bool:
        at = self._order(version)
        return any(one == version or _same(self.ecosystem, one, at) for one in self.versions)

    def _within(self, events: tuple[Event, ...], version: str) -> bool:
        at, inside = self._order(version), False
        for event in sorted(events, key=self._place):
            if "introduced" in event:
                inside = inside or event["introduced"] == "0" or at >= self._order(event["introduced"])
            elif self._is_past(event, at):
                inside = False
        return inside

    def _is_past(self, event: Event, at: Any) -> bool:
        if "fixed" in event:
            return bool(at >= self._order(event["fixed"]))
        return bool(at > self._order(event["last_affected"]))

    def _place(self, event: Event) -> tuple[Any, ...]:
        """OSV's order. "0" comes before every version; where one range ends as another begins, the beginning counts."""
        kind, bound = next((kind, event[kind]) for kind in BOUNDS if kind in event)
        return (0,) if (kind, bound) == ("introduced", "0") else (1, self._order(bound), kind == "introduced")


def _same(ecosystem: str, written: str, at: Any) -> bool:
    try:
        return bool(order(ecosystem, written) == at)
    except ValueError:
        return False


@dataclass(frozen=True)
class Snapshot:
    """`until`: the last day it knows of. `packages`: those looked up, by ecosystem, with or without a find."""

    until: date
    sources: list[dict[str, str]]
    packages: dict[str, list[str]]
    advisories: list[Advisory]
    partial: str | None = None

    def about(self, ecosystem: str, package: str) -> Iterator[Advisory]:
        """Those that still stand."""
        for one in self.advisories:
            if (one.ecosystem, one.package, one.withdrawn) == (ecosystem, package, None):
                yield one

    def knows(self, ecosystem: str, package: str) -> bool:
        return package in self.packages.get(ecosystem, ())


def read(path: Path = FILE) -> Snapshot:
    held = json.loads(path.read_text())
    advisories = [_advisory(one) for one in held.pop("advisories")]
    return Snapshot(**held | {"until": date.fromisoformat(held["until"]), "advisories": advisories})


def write(snapshot: Snapshot, path: Path = FILE) -> None:
    """All of it or nothing; an advisory is a line, so a change reads well in a review."""
    head = {"until": snapshot.until.isoformat(), "partial": snapshot.partial, "sources": snapshot.sources}
    lines = [f" {json.dumps(key)}: {json.dumps(value)}," for key, value in head.items()]
    packages = {ecosystem: sorted(names) for ecosystem, names in sorted(snapshot.packages.items())}
    lines.append(f' "packages": {json.dumps(packages)},')
    kept = sorted(snapshot.advisories, key=lambda one: (one.ecosystem, one.package, one.id))
    advisories = ",\n".join(f"  {json.dumps(_plain(one))}" for one in kept)
    beside = path.with_suffix(".new")
    beside.write_text("{\n" + "\n".join(lines) + f'\n "advisories": [\n{advisories}\n ]\n}}\n')
    beside.replace(path)


def _plain(advisory: Advisory) -> dict[str, Any]:
    return {key: value for key, value in vars(advisory).items() if value}


def _advisory(held: dict[str, Any]) -> Advisory:
    several = {key: tuple(held.get(key, ())) for key in ("aliases", "versions")}
    return Advisory(**held | several | {"ranges": tuple(tuple(events) for events in held.get("ranges", ()))})
