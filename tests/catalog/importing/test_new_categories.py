"""Categories that a file brings: named before it is imported, never too many, and none for what is refused."""

import pytest

from catalog import categories, services
from catalog.importing import imports, looks, new_categories
from shopcloud.lib import clock, ids
from shopcloud.wiring.product_imports import go_on
from tests.catalog.factories import a_category

from .conftest import diff_made_for
from .test_by_sku import BY_BOTH, draft, imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind() -> str:
    """A category that the shop has not."""
    return f"k{ids.product_id()}"


def test_the_look_names_the_new_categories_and_the_import_makes_those_of_what_it_takes(kind):
    lines = f"{ids.product_id()},,Lamp,7.00,1,{kind}", f"{ids.product_id()},,,7.00,1,{kind}-of-a-refused-row"
    assert diff_made_for(draft(BY_BOTH, *lines)).notes == (f"new categories: {kind} (1)",)
    row = imported(BY_BOTH, *lines)
    assert (row.created, row.failed) == (1, 1)
    assert [path for path in categories.fresh().by_path if path.startswith(kind)] == [kind]
    assert diff_made_for(draft(BY_BOTH, *lines)).notes == ()


def test_a_file_that_would_bring_too_many_is_refused_as_a_whole(kind, monkeypatch):
    monkeypatch.setattr(new_categories, "MAX_CATEGORIES", len(categories.fresh().by_path) + 1)
    row = draft(BY_BOTH, *(f"{ids.product_id()},,Lamp,7.00,1,{kind}-{n}" for n in (1, 2)))
    assert diff_made_for(row) is None
    assert f"2 new categories ({kind}-1, {kind}-2)" in looks.look_at(row).trouble
    imports.confirm(import_id=row.pk, now=clock.now())
    assert not go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.created, "2 new categories" in row.last_error) == ("failed", 0, True)
    assert not [path for path in categories.fresh().by_path if path.startswith(kind)]
    assert imported(BY_BOTH, f"{ids.product_id()},,Lamp,7.00,1,{kind}").created == 1


def test_a_category_that_staff_made_meanwhile_stays_as_they_made_it(kind):
    services.save_categories(categories=[a_category(kind, "Lamps", names={"de": "Leuchten"})])
    services.add_categories(categories=[a_category(kind, "As the file says")])
    made = categories.fresh().by_path[kind]
    assert (made.name, dict(made.names)) == ("Lamps", {"de": "Leuchten"})
