"""docs/api.md names every problem that the code can answer."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from orders.api import refusals

CODE = re.compile(r"Problem\(\s*\d{3},\s*\"([a-z_]+)\"")
SOURCES = ("accounts", "analytics", "catalog", "orders", "shopcloud")


@pytest.fixture(scope="module")
def page() -> str:
    return (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()


def test_every_problem_is_explained(page):
    sources = [file.read_text() for app in SOURCES for file in (Path(settings.BASE_DIR) / app).rglob("*.py")]
    raised = {code for text in sources for code in CODE.findall(text)}
    raised |= {code for _status, code in refusals._REFUSALS.values()}
    assert len(raised) > 40
    assert raised - set(explained(page)) == set()


def test_no_problem_is_explained_twice(page):
    table = page.partition("| code | status | when |")[2].partition("\n\n")[0]
    assert [code for code, times in Counter(explained(table)).items() if times > 1] == []


def explained(text: str) -> list[str]:
    rows = (row for row in text.splitlines() if row.startswith("| `"))
    return [code for row in rows for code in re.findall(r"`([a-z_]+)`", row.split("|")[1])]
