"""OSV's archives: one zip for each ecosystem with every advisory of it (google.github.io/osv.dev/data)."""

import json
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any

from deploy.advisories.snapshot import BOUNDS, Advisory, normalised

SOURCE = "https://osv-vulnerabilities.storage.googleapis.com"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """npm's archive holds some hundred thousand advisories, most about packages that were malice from the start."""

    archive_bytes: int = 1 << 30
    entry_bytes: int = 16 << 20
    unpacked_bytes: int = 16 << 30
    seconds: float = 900
    silent_seconds: float = 30


class ArchiveRefused(Exception):
    """str() says which archive, and why it is not to be used."""


def download(address: str, target: Path, limits: Limits) -> date:
    """Stream an archive to a file and answer its day. Raises ArchiveRefused, and leaves no half of it behind."""
    try:
        with urllib.request.urlopen(address, timeout=limits.silent_seconds) as answer, target.open("wb") as file:
            _stream(answer, file, limits)
            written = answer.headers["Last-Modified"]
    except (OSError, HTTPException, ArchiveRefused) as error:
        target.unlink(missing_ok=True)
        raise ArchiveRefused(f"{address}: {error}") from error
    return (parsedate_to_datetime(written) if written else datetime.now(UTC)).date()


def _stream(answer: Any, file: Any, limits: Limits) -> None:
    deadline, size = time.monotonic() + limits.seconds, 0
    while chunk := answer.read1(CHUNK):
        size += len(chunk)
        if size > limits.archive_bytes:
            raise ArchiveRefused(f"it is larger than {limits.archive_bytes} bytes")
        if time.monotonic() > deadline:
            raise ArchiveRefused(f"it took longer than {limits.seconds} seconds")
        file.write(chunk)


def advisories(archive: Path, wanted: set[tuple[str, str]], limits: Limits) -> list[Advisory]:
    """Those about the wanted (ecosystem, package). Raises ArchiveRefused for what is no whole archive of advisories."""
    found: list[Advisory] = []
    seen = 0
    try:
        for record in _records(archive, limits):
            seen += 1
            found.extend(of_record(record, wanted))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise ArchiveRefused(f"{archive.name}: {error}") from error
    if not seen:
        raise ArchiveRefused(f"{archive.name}: no advisory is in it")
    return found


def _records(archive: Path, limits: Limits) -> Iterator[dict[str, Any]]:
    left = limits.unpacked_bytes
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            left -= entry.file_size
            if entry.file_size > limits.entry_bytes or left < 0:
                raise ArchiveRefused(f"{archive.name}: {entry.filename} unpacks to too much")
            if entry.filename.endswith(".json"):
                yield json.loads(opened.read(entry))


def of_record(record: dict[str, Any], wanted: set[tuple[str, str]]) -> Iterator[Advisory]:
    """One for each wanted package an OSV record is about; none once it is withdrawn."""
    if record.get("withdrawn"):
        return
    for affected in record.get("affected", ()):
        package = affected.get("package", {})
        ecosystem = package.get("ecosystem", "")
        name = normalised(ecosystem, package.get("name", ""))
        if (ecosystem, name) in wanted:
            yield _short(record, affected, ecosystem, name)


def _short(record: dict[str, Any], affected: dict[str, Any], ecosystem: str, name: str) -> Advisory:
    """Without prose, and of the versions only those that its ranges leave out: all of them would be long."""
    ranges = [
        tuple({kind: event[kind]} for event in one["events"] for kind in BOUNDS if kind in event)
        for one in affected.get("ranges", ())
        if one.get("type") in ("ECOSYSTEM", "SEMVER")
    ]
    named = affected.get("versions", ())
    facts = {"id": record["id"], "ecosystem": ecosystem, "package": name, "ranges": tuple(ranges)}
    facts["aliases"] = tuple(record.get("aliases", ()))
    without = Advisory(**facts)
    return Advisory(**facts, versions=tuple(one for one in named if not _covered(without, one)))


def _covered(advisory: Advisory, version: str) -> bool:
    try:
        return advisory.affects(version)
    except ValueError:
        return False
