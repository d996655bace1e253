"""docs/api.md names every problem that the code can answer."""

import re
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
    explained = {code for row in page.splitlines() if row.startswith("| `") for code in re.findall(r"`([a-z_]+)`", row)}
    assert raised - explained == set()
