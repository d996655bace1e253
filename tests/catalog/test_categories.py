"""The category tree."""

import pytest

from catalog import categories, queries
from catalog.queries import CategoryNotFound
from catalog.services import save_categories
from shopcloud.lib import ids
from tests.catalog.factories import a_category


@pytest.fixture
def top():
    """A department that no other test uses."""
    return ids.product_id()


@pytest.fixture
def lamps(top):
    save_categories(
        categories=[
            a_category(top, "Lighting", names={"de": "Leuchten"}, position=2),
            a_category(f"{top}/floor-lamps", "Floor lamps", position=2),
            a_category(f"{top}/table-lamps", "Table lamps", position=1),
            a_category(f"{top}/table-lamps/oak", "Oak"),
        ]
    )
    return top


def test_departments_are_the_top_of_the_tree(lamps):
    departments = {c.path: c for c in queries.departments()}
    assert departments[lamps].name_in("de") == "Leuchten"
    assert departments[lamps].name_in("fr") == "Lighting"
    assert f"{lamps}/table-lamps" not in departments


def test_children_stand_in_the_order_of_the_shelves(lamps):
    assert [c.name for c in queries.children(lamps)] == ["Table lamps", "Floor lamps"]
    assert queries.children(f"{lamps}/floor-lamps") == []


def test_breadcrumbs_lead_from_the_department_down(lamps):
    assert [c.name for c in queries.breadcrumbs(f"{lamps}/table-lamps/oak")] == ["Lighting", "Table lamps", "Oak"]
    assert [c.name for c in queries.breadcrumbs(f"{lamps}/unknown")] == ["Lighting"]


def test_an_unknown_category_is_not_found(lamps):
    assert queries.category(f"{lamps}/table-lamps").name == "Table lamps"
    with pytest.raises(CategoryNotFound):
        queries.category(f"{lamps}/spoons")


def test_saving_the_same_categories_again_changes_nothing(lamps):
    same = [c for c in queries.tree() if c.path.startswith(lamps)]
    assert save_categories(categories=same) == 0
    assert save_categories(categories=[a_category(lamps, "Lamps")]) == 1
    assert queries.category(lamps).name == "Lamps"


def test_of_two_categories_with_one_path_the_last_is_kept(top):
    assert save_categories(categories=[a_category(top, "First"), a_category(top, "Last")]) == 1
    assert queries.category(top).name == "Last"


def test_more_categories_than_one_batch_are_saved(top):
    assert save_categories(categories=[a_category(f"{top}/c{n}") for n in range(60)]) == 60
    categories.forget()
    assert len(queries.children(top)) == 60


def test_a_warm_tree_costs_no_round_trip(lamps, monkeypatch):
    queries.departments()
    monkeypatch.setattr(categories, "_copies", None)
    monkeypatch.setattr(categories, "writer", None)
    assert lamps in [c.path for c in queries.departments()]
