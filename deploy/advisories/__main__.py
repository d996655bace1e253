"""The commands `check` and `refresh`."""

import argparse
import sys
from datetime import UTC, date, datetime

from deploy.advisories import ignored, osv, snapshot
from deploy.advisories.check import compare, lines
from deploy.advisories.pins import UnreadableLock, pinned
from deploy.advisories.refresh import refresh


def check(today: date) -> int:
    """1 when a pinned version has a hole that nobody argued away, 2 when the comparison itself is impossible."""
    try:
        held = snapshot.read()
        report = compare(pinned(), held, ignored.read(today), today)
    except (UnreadableLock, ignored.BadIgnored, OSError, ValueError) as error:
        print(f"The advisories could not be compared: {error}", file=sys.stderr)
        return 2
    print("\n".join(lines(report, held, today)))
    return 1 if report.hits else 0


def take(source: str) -> int:
    """2 when no new snapshot could be made; the one in the tree is as it was."""
    try:
        taken = refresh(source)
    except (osv.ArchiveRefused, UnreadableLock, OSError) as error:
        print(f"The snapshot stays as it was: {error}", file=sys.stderr)
        return 2
    print(f"{len(taken.advisories)} advisories about what is pinned, up to {taken.until}, in {snapshot.FILE}")
    return 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.advisories", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="compare what is pinned with the snapshot; needs no network")
    taking = commands.add_parser("refresh", help="write the snapshot anew from OSV's archives; needs a network")
    taking.add_argument("--source", default=osv.SOURCE, help="where the archives are: <source>/PyPI/all.zip")
    chosen = parser.parse_args(arguments)
    return take(chosen.source) if chosen.command == "refresh" else check(datetime.now(UTC).date())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
