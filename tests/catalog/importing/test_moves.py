"""A file that was written before a branch moved brings nothing back to where it was."""

from dataclasses import replace
from io import BytesIO

import pytest

from catalog import categories, services
from catalog.category_redirects import moved_along
from catalog.exporting import files
from catalog.importing import background, importer, imports
from catalog.importing.importer import read_file, save_parsed
from catalog.importing.moves import FOLLOWED
from orders.queries import sku_owners
from shopcloud.lib import clock
from shopcloud.wiring.product_imports import go_on
from tests.catalog.factories import NOON, a_category, a_product
from tests.catalog.importing.conftest import diff_made_for
from tests.catalog.moving import finish, held, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(top, fill, tmp_path):
    """A file of products, and the products, as they were before their branch moved."""
    goods = fill(f"{top}/lamps/oak", 2) + fill(f"{top}/lamps") + fill(f"{top}/mugs")
    path = tmp_path / "goods.jsonl"
    with path.open("w+b") as file:
        files.write("jsonl", iter(goods), file)
    finish(start(f"{top}/lamps", f"{top}/lights"))
    return path, goods


def places(goods) -> list[str]:
    return [held(goods)[product.product_id].category.partition("/")[2] for product in goods]


def paths(top: str) -> set[str]:
    return {path.partition("/")[2] for path in categories.fresh().by_path if path.startswith(f"{top}/")}


NOW = ["lights/oak", "lights/oak", "lights", "mugs"]


def test_a_file_saved_at_once_follows_the_move_and_changes_nothing(top, written):
    path, goods = written
    parsed = read_file(path, now=NOON)
    counts = save_parsed(parsed, owners=sku_owners, now=clock.now())
    assert (counts.unchanged, counts.changed) == (4, 0)
    assert places(goods) == NOW
    assert paths(top) == {"lights", "lights/oak", "mugs"}
    assert parsed.notes[FOLLOWED] == 3


@pytest.mark.django_db(transaction=True)
def test_a_file_imported_in_the_background_follows_it_too_and_says_so_before(top, written):
    path, goods = written
    with path.open("rb") as file:
        row = imports.upload(file=file, name=path.name, author_id=None, now=clock.now())
    diff = diff_made_for(row)
    assert [change.fields for change in diff.changes] == [()] * 4
    assert diff.notes == (f"{FOLLOWED} (3)",)
    assert imports.confirm(import_id=row.pk, now=clock.now())
    go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.unchanged, row.updated) == ("finished", 4, 0)
    assert places(goods) == NOW
    assert paths(top) == {"lights", "lights/oak", "mugs"}


def test_a_new_product_and_a_new_shelf_of_a_branch_that_moved_stand_where_it_is_now(top, fill, tmp_path):
    goods = [a_product(category=f"{top}/lamps/oak"), a_product(category=f"{top}/lamps/steel")]
    path = tmp_path / "goods.jsonl"
    with path.open("w+b") as file:
        files.write("jsonl", iter(goods), file)
    finish(start(f"{top}/lamps", f"{top}/lights"))
    save_parsed(read_file(path, now=NOON), owners=sku_owners, now=clock.now())
    assert places(goods) == ["lights/oak", "lights/steel"]
    assert paths(top) == {"lights", "lights/oak", "lights/steel", "mugs"}


def test_what_was_made_anew_at_an_old_place_keeps_its_products(top, written):
    path, goods = written
    services.save_categories(categories=[a_category(f"{top}/lamps", "New lamps"), a_category(f"{top}/lamps/oak")])
    save_parsed(read_file(path, now=NOON), owners=sku_owners, now=clock.now())
    assert places(goods) == ["lamps/oak", "lamps/oak", "lamps", "mugs"]


def test_many_old_places_cost_one_statement_and_places_that_are_there_none(top, django_assert_num_queries):
    finish(start(f"{top}/lamps", f"{top}/lights"))
    with django_assert_num_queries(1):
        found = moved_along(f"{top}/lamps/{n}" for n in range(50))
    assert found == {f"{top}/lamps/{n}": f"{top}/lights/{n}" for n in range(50)}
    with django_assert_num_queries(0):
        assert moved_along([f"{top}/lights", f"{top}/mugs", "no path"]) == {}


def test_a_branch_that_moved_deeper_takes_only_what_fits_below_it(top):
    services.save_categories(categories=[a_category(f"{top}/mugs/tall", "Tall")])
    services.save_categories(categories=[a_category("elsewhere-" + top, "Elsewhere")])
    finish(start(f"elsewhere-{top}", f"{top}/mugs/elsewhere"))
    assert moved_along([f"elsewhere-{top}", f"elsewhere-{top}/deep"]) == {
        f"elsewhere-{top}": f"{top}/mugs/elsewhere",
        f"elsewhere-{top}/deep": f"{top}/mugs/elsewhere",
    }


def moves_meanwhile(monkeypatch, moment: str, importing, move) -> None:
    """Lets staff move a branch while `importing` is at work."""
    module, name = (importing, "settle") if moment == "told" else (services, "add_categories")
    done = getattr(module, name)

    def then_moved(*given, **named):
        result = done(*given, **named)
        monkeypatch.setattr(module, name, done)
        move()
        return result

    monkeypatch.setattr(module, name, then_moved)


@pytest.fixture
def renamed(top):
    """A file of the products that stand there under other titles, and of a new shelf, and the move of their branch."""

    def write(goods) -> BytesIO:
        file = BytesIO()
        new = a_product(category=f"{top}/lamps/steel")
        files.write("jsonl", [*(replace(product, title="Renamed") for product in goods), new], file)
        goods.append(new)
        file.seek(0)
        return file

    return write, lambda: finish(start(f"{top}/lamps", f"{top}/lights"))


# When the branch moves: while it is told whose the SKUs are, and when the new categories were made.
MOMENTS = ["told", "made"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", MOMENTS)
def test_an_import_that_runs_while_a_branch_moves_puts_nothing_back(monkeypatch, top, fill, renamed, moment):
    write, move = renamed
    goods = fill(f"{top}/lamps/oak", 2) + fill(f"{top}/mugs")
    row = imports.upload(file=write(goods), name="goods.jsonl", author_id=None, now=clock.now())
    assert imports.confirm(import_id=row.pk, now=clock.now())
    moves_meanwhile(monkeypatch, moment, background, move)
    assert go_on(row.pk)
    row.refresh_from_db()
    assert (row.state, row.created, row.updated, row.failed) == ("finished", 1, 3, 0)
    assert places(goods) == ["lights/oak", "lights/oak", "mugs", "lights/steel"]
    assert paths(top) == {"lights", "lights/oak", "lights/steel", "mugs"}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_file_saved_at_once_while_a_branch_moves_puts_nothing_back(monkeypatch, top, fill, renamed, tmp_path, moment):
    write, move = renamed
    goods = fill(f"{top}/lamps/oak", 2) + fill(f"{top}/mugs")
    path = tmp_path / "goods.jsonl"
    path.write_bytes(write(goods).read())
    moves_meanwhile(monkeypatch, moment, importer, move)
    save_parsed(read_file(path, now=NOON), owners=sku_owners, now=clock.now())
    assert places(goods) == ["lights/oak", "lights/oak", "mugs", "lights/steel"]
    assert paths(top) == {"lights", "lights/oak", "lights/steel", "mugs"}
