"""Claims: every requirement points at what meets it, shows it and explains it; the record of decisions is complete."""

import re
from itertools import pairwise

import pytest

from tests.deploy import terraform

DEPLOY = terraform.ROOT / "deploy"
DECISIONS = DEPLOY / "decisions"
PAGES = sorted(DECISIONS.glob("[0-9]*.md"))
ROWS = dict(re.findall(r"^\| ([TQ]\d) \|(.*)\|$", (DEPLOY / "README.md").read_text(), re.MULTILINE))
LINKED = [
    *PAGES,
    DECISIONS / "README.md",
    DECISIONS / "data-flow.md",
    DEPLOY / "README.md",
    DEPLOY / "lambdas/README.md",
]


def test_every_requirement_of_tiers_and_qualities_has_a_row():
    assert sorted(ROWS) == [f"Q{n}" for n in range(1, 10)] + [f"T{n}" for n in range(1, 6)]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_points_at_what_meets_it_shows_it_and_explains_it(row):
    _, built, shown, decided = [cell.strip() for cell in ROWS[row].split("|")]
    pointers = {cell: re.findall(r"`([^`]+)`", cell) for cell in (built, shown)}
    assert all(pointers.values())
    assert [path for paths in pointers.values() for path in paths if not (terraform.ROOT / path).exists()] == []
    assert all(path.startswith("tests/") for path in pointers[shown])
    assert not [path for path in pointers[built] if path.startswith("tests/")]
    links = re.findall(r"\]\(([^)]+)\)", decided)
    assert links and all((DEPLOY / link).is_file() for link in links)


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(DEPLOY)))
def test_links_between_pages_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_decisions_are_numbered_without_gaps_and_listed():
    numbers = [int(page.name[:4]) for page in PAGES]
    assert all(after == before + 1 for before, after in pairwise(numbers))
    listed = re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", (DECISIONS / "README.md").read_text())
    assert listed == [page.name for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_decision_says_what_was_asked_chosen_and_what_it_costs(page):
    text = page.read_text()
    assert text.startswith(f"# {int(page.name[:4])}. ")
    for part in ("**Question.**", "**Choice.**", "**Cost.**"):
        assert text.count(part) == 1, part


@pytest.mark.parametrize("name", ["0020-regions", "0021-where-the-documents-disagree", "0023-growth"])
def test_what_a_decision_says_of_a_phases_cost_is_what_the_ledger_says(name):
    """Thousands to the dollar are the ledger's, but for the documents' own and a rounded difference."""
    said = set(re.findall(r"(?<!about )\$(\d{1,2},\d{3})\b", (DECISIONS / f"{name}.md").read_text()))
    ledger = set(re.findall(r"\b\d{1,2},\d{3}\b", (terraform.ROOT / "docs/cost.md").read_text()))
    assert said - ledger - {"4,700", "5,300"} == set()
    assert said & ledger


def test_data_flows_name_the_stores_and_functions_that_stand():
    text = (DECISIONS / "data-flow.md").read_text()
    assert text.count("```mermaid") >= 5
    for name in (
        "edge_images",
        "catalog_indexer",
        "fulfil_download",
        "lake_compactor",
        "OpenSearch",
        "DynamoDB",
        "Valkey",
    ):
        assert name in text
