"""Every pinned version against the advisories that are held."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from deploy.advisories.ignored import Ignored
from deploy.advisories.pins import Pin
from deploy.advisories.snapshot import Advisory, Snapshot

OLD_DAYS = 30


@dataclass(frozen=True)
class Hit:
    """str() names the package, its version, the advisory, and what to take instead."""

    pin: Pin
    advisory: Advisory
    remedy: str

    def __str__(self) -> str:
        ids = " ".join((self.advisory.id, *self.advisory.aliases))
        return f"{self.pin.package} {self.pin.version} ({self.pin.ecosystem}): {ids}: {self.remedy}"


@dataclass
class Report:
    hits: list[Hit] = field(default_factory=list)
    waived: list[tuple[Hit, Ignored]] = field(default_factory=list)
    unknown: list[Pin] = field(default_factory=list)
    unused: list[Ignored] = field(default_factory=list)


def compare(pins: Iterable[Pin], snapshot: Snapshot, ignored: list[Ignored], today: date) -> Report:
    """An entry that has ended waives nothing; one that waives nothing is said to be of no use."""
    report = Report()
    for pin in pins:
        if not snapshot.knows(pin.ecosystem, pin.package):
            report.unknown.append(pin)
        for hit in hits_of(pin, snapshot):
            entry = next((one for one in ignored if one.until >= today and _waives(one, hit)), None)
            if entry is None:
                report.hits.append(hit)
            else:
                report.waived.append((hit, entry))
    used = [entry for _, entry in report.waived]
    report.unused = [one for one in ignored if one not in used]
    return report


def hits_of(pin: Pin, snapshot: Snapshot) -> Iterable[Hit]:
    for advisory in snapshot.about(pin.ecosystem, pin.package):
        try:
            if advisory.affects(pin.version):
                fixed = advisory.fixed_in(pin.version)
                yield Hit(pin, advisory, f"fixed in {fixed}" if fixed else "no fix yet")
        except ValueError as error:
            # Better a person looks once too often than a hole goes by because somebody mistyped a number.
            yield Hit(pin, advisory, f"cannot be compared ({error})")


def lines(report: Report, snapshot: Snapshot, today: date) -> Iterable[str]:
    """What a person reads. That the snapshot is old is said and decides nothing: a clock must not break a build."""
    yield _age(snapshot, today)
    if snapshot.partial:
        yield f"They are partial: {snapshot.partial}"
    if report.unknown:
        yield f"Not known of ({len(report.unknown)}): {', '.join(sorted({pin.package for pin in report.unknown}))}"
    for hit, entry in report.waived:
        yield f"Ignored until {entry.until}: {hit} ({entry.why})"
    for entry in report.unused:
        yield f"Of no use in ignored.toml, ended on or meant for nothing that is pinned: {entry.id} ({entry.until})"
    yield from (str(hit) for hit in report.hits)
    yield f"{len(report.hits)} known holes in what is pinned." if report.hits else "No known hole in what is pinned."


def _age(snapshot: Snapshot, today: date) -> str:
    days = (today - snapshot.until).days
    said = f"The advisories go to {snapshot.until}, {days} days ago."
    if days <= OLD_DAYS:
        return said
    return f"{said}\nThat is OLDER THAN {OLD_DAYS} DAYS: `make audit` takes new ones (it needs a network)."


def _waives(entry: Ignored, hit: Hit) -> bool:
    return entry.package == hit.pin.package and entry.id in (hit.advisory.id, *hit.advisory.aliases)
