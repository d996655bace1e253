"""Claims: a pinned version with a known hole stops a change, its fix does not, and age alone stops nothing."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.advisories import __main__ as command
from deploy.advisories import ignored, pins, snapshot
from deploy.advisories.check import compare, lines
from deploy.advisories.ignored import BadIgnored, Ignored
from deploy.advisories.pins import Pin, UnreadableLock, pinned
from deploy.advisories.snapshot import Advisory, Snapshot

TODAY = date(2026, 11, 28)


def hole(*bounds: tuple[str, str], ecosystem: str = "PyPI", **more: object) -> Advisory:
    events = tuple({kind: bound} for kind, bound in bounds)
    package = {"PyPI": "lamp-shade", "npm": "@lamps/shade"}[ecosystem]
    return Advisory(id="GHSA-lamp", ecosystem=ecosystem, package=package, **{"ranges": (events,), **more})


def held(*advisories: Advisory, until: date = TODAY) -> Snapshot:
    looked_up = {"PyPI": ["lamp-shade"], "npm": ["@lamps/shade"]}
    return Snapshot(until=until, sources=[], packages=looked_up, advisories=list(advisories))


def found(advisory: Advisory, version: str) -> list[str]:
    pin = Pin(advisory.ecosystem, advisory.package, version)
    return [hit.remedy for hit in compare([pin], held(advisory), [], TODAY).hits]


# -- which versions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "remedy"),
    [
        ("4.2.14", ["fixed in 4.2.15"]),
        ("4.2.15", []),
        ("4.3", []),
        ("5.0", ["fixed in 5.0.8"]),
        ("5.0.8", []),
        ("4.1", []),
        ("5.0.10", []),
    ],
)
def test_a_hole_in_several_lines_ends_in_each_by_itself(version: str, remedy: list[str]):
    unsorted = hole(("introduced", "5.0"), ("fixed", "5.0.8"), ("introduced", "4.2"), ("fixed", "4.2.15"))
    assert found(unsorted, version) == remedy


def test_ranges_beside_one_another_count_each():
    both = hole(ranges=(({"introduced": "0"}, {"fixed": "1.2"}), ({"introduced": "2.0"}, {"fixed": "2.1"})))
    assert [bool(found(both, version)) for version in ("1.0", "1.2", "2.0", "2.1")] == [True, False, True, False]
    assert found(both, "1.0") == ["fixed in 1.2"]


def test_a_fix_that_another_range_has_again_is_no_remedy():
    twice = hole(ranges=(({"introduced": "0"}, {"fixed": "1.2"}), ({"introduced": "1.2"}, {"fixed": "1.3"})))
    assert found(twice, "1.0") == ["fixed in 1.3"]


def test_the_last_affected_version_is_affected_and_the_next_is_not():
    last = hole(("introduced", "1.0"), ("last_affected", "1.4"))
    assert found(last, "1.4") == ["no fix yet"]
    assert found(last, "1.4.1") == []


def test_a_hole_without_an_end_is_in_every_version():
    assert found(hole(("introduced", "0")), "0.0.1a1") == ["no fix yet"]


def test_a_version_that_is_named_is_affected_outside_every_range():
    named = hole(("introduced", "9"), versions=("1.0", "1.0-1-legacy"))
    assert found(named, "1.0.0") == ["no fix yet"]
    assert found(named, "1.1") == []


@pytest.mark.parametrize(
    ("version", "affected"), [("2.0rc1", True), ("2.0.dev3", True), ("2.0", False), ("1.0b2", False)]
)
def test_a_pre_release_comes_before_its_release(version: str, affected: bool):
    assert bool(found(hole(("introduced", "1.0"), ("fixed", "2.0")), version)) is affected


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("1.9.9", True),
        ("1.10.0-alpha", True),
        ("1.10.0-beta.2", True),
        ("1.10.0-beta.3", False),
        ("1.10.0-beta.11", False),
        ("1.10.0-beta.x", False),
        ("1.10.0", False),
        ("1.10.0+build.7", False),
        ("1.2.0-rc.1", False),
    ],
)
def test_npms_versions_follow_one_another_as_semantic_versions(version: str, affected: bool):
    advisory = hole(("introduced", "1.2.0"), ("fixed", "1.10.0-beta.3"), ecosystem="npm")
    assert bool(found(advisory, version)) is affected


def test_a_withdrawn_advisory_counts_no_more():
    assert found(hole(("introduced", "0")), "1.0")
    assert not found(hole(("introduced", "0"), withdrawn="2026-01-01T00:00:00Z"), "1.0")


def test_an_advisory_nobody_can_read_is_shown_and_not_passed_over():
    assert "cannot be compared" in found(hole(("introduced", "0"), ("fixed", "the next one")), "1.0")[0]


# -- what is argued away -------------------------------------------------------------------------------------------


def test_an_argument_holds_until_its_last_day():
    pin, advisory = Pin("PyPI", "lamp-shade", "1.0"), hole(("introduced", "0"), aliases=("CVE-2026-1",))
    entry = Ignored(id="CVE-2026-1", package="lamp-shade", until=TODAY, why="The shop never lights it.")
    report = compare([pin], held(advisory), [entry], TODAY)
    assert not report.hits and "The shop never lights it." in "\n".join(lines(report, held(), TODAY))
    after = compare([pin], held(advisory), [entry], TODAY + timedelta(days=1))
    assert after.hits and after.unused == [entry]


def test_an_argument_is_about_one_package():
    entry = Ignored(id="GHSA-lamp", package="another", until=TODAY, why="Not ours.")
    assert compare([Pin("PyPI", "lamp-shade", "1.0")], held(hole(("introduced", "0"))), [entry], TODAY).hits


@pytest.mark.parametrize(
    "text",
    [
        'id = "A"\npackage = "p"\nuntil = 2026-12-01',
        'id = "A"\npackage = "p"\nuntil = 2026-12-01\nwhy = ""',
        'id = "A"\npackage = "p"\nuntil = "soon"\nwhy = "w"',
        'id = "A"\npackage = "p"\nuntil = 2036-12-01\nwhy = "w"',
    ],
)
def test_nothing_is_argued_away_without_an_argument_and_an_end(text: str, tmp_path: Path):
    file = tmp_path / "ignored.toml"
    file.write_text(f"[[ignored]]\n{text}\n")
    with pytest.raises(BadIgnored):
        ignored.read(TODAY, file)
    file.write_text('[[ignored]]\nid = "A"\npackage = "p"\nuntil = 2026-12-01\nwhy = "w"\n')
    assert ignored.read(TODAY, file) == [Ignored("A", "p", date(2026, 12, 1), "w")]


# -- what is said --------------------------------------------------------------------------------------------------


def test_an_old_snapshot_says_so_and_stops_nothing():
    pin = Pin("PyPI", "lamp-shade", "1.0")
    report = compare([pin], held(), [], TODAY)
    fresh, old = held(until=TODAY - timedelta(days=30)), held(until=TODAY - timedelta(days=31))
    assert "OLDER" not in "\n".join(lines(report, fresh, TODAY))
    assert "31 days ago.\nThat is OLDER THAN 30 DAYS" in "\n".join(lines(report, old, TODAY))


def test_a_package_that_was_never_looked_up_is_not_called_safe():
    report = compare([Pin("npm", "lantern", "1.0.0"), Pin("PyPI", "lamp-shade", "1.0")], held(), [], TODAY)
    assert [pin.package for pin in report.unknown] == ["lantern"] and not report.hits
    assert "Not known of (1): lantern" in list(lines(report, held(), TODAY))


# -- the tree itself -----------------------------------------------------------------------------------------------


def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *bounds: tuple[str, str], package: str) -> int:
    """What the command answers when the snapshot in the tree holds one advisory more."""
    real = snapshot.read()
    more = Advisory("GHSA-planted", "PyPI", package, ranges=(tuple({kind: bound} for kind, bound in bounds),))
    file = tmp_path / "snapshot.json"
    snapshot.write(Snapshot(**vars(real) | {"advisories": [*real.advisories, more]}), file)
    monkeypatch.setattr(snapshot.read, "__defaults__", (file,))
    return command.check(TODAY)


def test_a_hole_in_the_django_that_is_pinned_stops_the_check(tmp_path, monkeypatch, capsys):
    version = next(pin.version for pin in pinned() if pin.package == "django")
    after = f"{version}.1"
    assert planted(tmp_path, monkeypatch, ("introduced", "5.2"), ("fixed", after), package="django") == 1
    assert f"django {version} (PyPI): GHSA-planted: fixed in {after}" in capsys.readouterr().out


def test_a_hole_that_the_pinned_django_has_closed_does_not(tmp_path, monkeypatch):
    version = next(pin.version for pin in pinned() if pin.package == "django")
    assert planted(tmp_path, monkeypatch, ("introduced", "5.2"), ("fixed", version), package="django") == 0


def test_what_is_pinned_has_no_known_hole(capsys):
    assert command.check(TODAY) == 0
    assert command.check(date(2036, 1, 1)) == 0
    assert "OLDER THAN 30 DAYS" in capsys.readouterr().out


def test_the_comparison_needs_its_files(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(snapshot.read, "__defaults__", (tmp_path / "none.json",))
    assert command.check(TODAY) == 2
    assert "none.json" in capsys.readouterr().err


def test_the_snapshot_names_its_source_and_its_licence_and_holds_no_sentence_of_theirs():
    real = snapshot.read()
    assert real.advisories and all(source["licence"] and source["address"] for source in real.sources)
    allowed = {"id", "ecosystem", "package", "aliases", "ranges", "versions", "withdrawn"}
    assert {key for one in json.loads(snapshot.FILE.read_text())["advisories"] for key in one} <= allowed


def test_a_snapshot_is_read_as_it_was_written(tmp_path):
    for one in (snapshot.read(), held(), held(hole(("introduced", "0"), versions=("7",), aliases=("CVE-1",)))):
        snapshot.write(one, tmp_path / "again.json")
        again = snapshot.read(tmp_path / "again.json")
        assert again.packages == one.packages and again.until == one.until
        assert sorted(again.advisories, key=lambda it: it.id) == sorted(one.advisories, key=lambda it: it.id)


def test_every_lock_file_of_the_tree_is_read():
    written = {path for name in ("requirements*.txt", "package-lock.json") for path in pins.ROOT.rglob(name)}
    foreign = {"var", ".venv", "node_modules"}
    ours = {str(path.relative_to(pins.ROOT)) for path in written}
    assert {name for name in ours if not foreign & set(Path(name).parts)} == {*pins.PYTHON, *pins.NPM}


def test_browser_code_kept_as_files_is_looked_up_too():
    assert {"@google/model-viewer", "@dynoxide/linux-x64", "typescript"} <= {pin.package for pin in pinned()}
    text = (pins.ROOT / pins.VENDORED).read_text()
    assert text.count(" npm `") == len(pins.VENDORED_ROW.findall(text))


def test_a_name_is_one_name_however_it_is_written(tmp_path):
    for name in (*pins.PYTHON, *pins.NPM, pins.VENDORED):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((pins.ROOT / name).read_text())
    (tmp_path / "requirements.txt").write_text("Lamp_Shade[wire]==1.0 ; python_version < '3.12' \\\n    --hash=x\n")
    assert Pin("PyPI", "lamp-shade", "1.0") in pinned(tmp_path)
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    with pytest.raises(UnreadableLock, match="pins nothing"):
        pinned(tmp_path)
