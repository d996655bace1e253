"""Nobody speaks to Django's default database where a request or task may be in another home."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "analytics", "catalog", "media", "orders", "shopcloud")
# The database of the region that the process runs in is meant: the figures a process tells of itself, the guard that
# names the database it stands on, and the proofs, which run in scratch databases of one region.
OWN_DATABASE = ("shopcloud/lib/residency.py", "shopcloud/scraping.py", "shopcloud/lib/guards.py", "orders/proofs/")
PLAIN = re.compile(
    r"@transaction\.atomic\b|transaction\.atomic\((?!using=)|transaction\.on_commit\("
    r"|from django\.db\.transaction import|^from django\.db import (?:.*\b)?connection\b(?!s)"
    r"|connections\[\"default\"\]",
    re.MULTILINE,
)


def files() -> list[Path]:
    return [
        path
        for app in APPS
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and not str(path.relative_to(ROOT)).startswith(OWN_DATABASE)
    ]


def test_transactions_and_connections_are_those_of_the_home():
    plain = {str(path.relative_to(ROOT)): found for path in files() if (found := PLAIN.findall(path.read_text()))}
    assert plain == {}, "Use shopcloud.lib.residency: atomic(), atomic_catalog(), on_commit(), connection()."


def test_the_pattern_finds_what_it_is_for():
    written = (
        "@transaction.atomic\n",
        "with transaction.atomic():\n",
        "transaction.on_commit(tell)\n",
        "from django.db.transaction import atomic\n",
        "from django.db import IntegrityError, connection\n",
    )
    assert all(PLAIN.search(line) for line in written)
    assert not PLAIN.search("from django.db import connections\nwith transaction.atomic(using=alias):\n")
