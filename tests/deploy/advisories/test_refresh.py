"""Claims: a new snapshot is whole and about what is pinned, or the one in the tree stays as it was."""

import io
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.advisories import snapshot
from deploy.advisories.__main__ import main
from deploy.advisories.check import hits_of
from deploy.advisories.osv import ArchiveRefused, Limits
from deploy.advisories.pins import Pin, pinned
from deploy.advisories.refresh import refresh
from tests.web_server import Pages, says, web_server

VIEWER = "@google/model-viewer"


def record(id: str, package: str, ecosystem: str = "PyPI", **more: Any) -> dict[str, Any]:
    events = [{"introduced": "0"}, {"fixed": "1.2"}]
    affected = {
        "package": {"ecosystem": ecosystem, "name": package},
        "ranges": [{"type": "ECOSYSTEM", "events": events}],
    }
    return {"id": id, "details": "Somebody else's sentence.", "affected": [affected | more.pop("affected", {})], **more}


def archive(*records: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for one in records:
            zipped.writestr(f"{one['id']}.json", json.dumps(one))
    return file.getvalue()


PYPI = archive(
    record("GHSA-1", "Django", aliases=["CVE-2026-1"]),
    record("GHSA-2", "not-pinned-here"),
    record("GHSA-3", "django", withdrawn="2026-01-01T00:00:00Z"),
    record("GHSA-4", "pillow", affected={"versions": ["0.9", "1.1", "7.7", "no version"]}),
)
GIT = {"type": "GIT", "repo": "https://example.test", "events": [{"introduced": "0"}, {"fixed": "c0ffee"}]}
SEMVER = {"type": "SEMVER", "events": [{"introduced": "4.0.0"}, {"last_affected": "4.4.0"}, {"limit": "5.0.0"}]}
NPM = archive(
    record("MAL-1", "some-malice", "npm"),
    record("GHSA-5", VIEWER, "npm", affected={"ranges": [GIT, SEMVER]}),
    record("GHSA-6", VIEWER, "PyPI"),
)


@pytest.fixture
def peer():
    with web_server() as pages:
        pages["/PyPI/all.zip"] = says(PYPI, Last_Modified="Fri, 27 Nov 2026 06:00:00 GMT")
        pages["/npm/all.zip"] = says(NPM, Last_Modified="Thu, 26 Nov 2026 06:00:00 GMT")
        yield pages


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "snapshot.json"
    path.write_text("as it was")
    return path


def test_what_is_pinned_is_taken_from_both_archives(peer: Pages, file: Path):
    refresh(peer.at, file)
    assert peer.asked == ["/PyPI/all.zip", "/npm/all.zip"]
    held = snapshot.read(file)
    assert [(one.id, one.package) for one in held.advisories] == [
        ("GHSA-1", "django"),
        ("GHSA-4", "pillow"),
        ("GHSA-5", VIEWER),
    ]
    assert held.advisories[0].aliases == ("CVE-2026-1",)
    assert "sentence" not in file.read_text()


def test_it_knows_of_each_pinned_package_and_goes_as_far_as_the_older_archive(peer: Pages, file: Path):
    held = refresh(peer.at, file)
    assert held.until == date(2026, 11, 26) and held.partial is None
    assert [pin for pin in pinned() if not held.knows(pin.ecosystem, pin.package)] == []


def test_the_versions_a_range_leaves_out_are_kept_and_still_affected(peer: Pages, file: Path):
    pillow = refresh(peer.at, file).advisories[1]
    assert pillow.versions == ("7.7", "no version")
    assert [pillow.affects(version) for version in ("0.9", "1.2", "7.7")] == [True, False, True]


def test_a_range_of_commits_says_nothing_about_a_version(peer: Pages, file: Path):
    held = refresh(peer.at, file)
    affected = [version for version in ("3.9.0", "4.4.0", "4.4.1") if list(hits_of(Pin("npm", VIEWER, version), held))]
    assert affected == ["4.4.0"]


def test_an_archive_without_a_day_is_of_today(peer: Pages, file: Path):
    peer["/PyPI/all.zip"], peer["/npm/all.zip"] = says(PYPI), says(NPM)
    assert (datetime.now(UTC).date() - refresh(peer.at, file).until).days in (0, 1)


def broken_off(handler: Any) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(NPM)))
    handler.end_headers()
    handler.wfile.write(NPM[: len(NPM) // 2])
    handler.close_connection = True


@pytest.mark.parametrize(
    "answer",
    [
        says(b"", status=503),
        says(b"<html>Not now.</html>"),
        says(NPM[:-40]),
        broken_off,
        says(archive()),
        says(archive({"id": "large", "details": "x" * 4000})),
    ],
    ids=["refused", "a page", "cut", "broken off", "empty", "unpacks to too much"],
)
def test_an_archive_that_is_not_whole_changes_nothing(answer: Any, peer: Pages, file: Path):
    peer["/npm/all.zip"] = answer
    with pytest.raises(ArchiveRefused, match="npm"):
        refresh(peer.at, file, Limits(entry_bytes=3000))
    assert file.read_text() == "as it was"
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("limits", [Limits(archive_bytes=50), Limits(seconds=0), Limits(unpacked_bytes=50)])
def test_an_archive_may_neither_fill_the_disk_nor_take_all_day(limits: Limits, peer: Pages, file: Path):
    with pytest.raises(ArchiveRefused):
        refresh(peer.at, file, limits)
    assert file.read_text() == "as it was"


def test_the_command_says_that_the_snapshot_stays_when_nobody_answers(capsys):
    before = snapshot.FILE.read_bytes()
    with web_server() as pages:
        at = pages.at
    assert main(["refresh", "--source", at]) == 2
    assert "The snapshot stays as it was" in capsys.readouterr().err
    assert snapshot.FILE.read_bytes() == before
