"""A branch of the tree moves with its products, whatever happens on the way, and its old addresses lead there."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

from catalog import categories, category_moves, category_moving, category_redirects, history, queries, services
from catalog.category_moves import CategoryRefused
from catalog.domain import Product, Status
from catalog.models import CategoryMove, CategoryRedirect
from catalog.repository import CatalogUnavailable
from shopcloud.lib import clock, ids
from shopcloud.lib.outbox import OutboxEvent
from tests.catalog.factories import NOON, a_category
from tests.catalog.moving import finish, held, start

# MOVED_PRODUCTS=20000 is the long proof.
PRODUCTS = int(os.environ.get("MOVED_PRODUCTS", "1500"))
REPOSITORY = Path(__file__).resolve().parents[2]


def told_of(product: Product) -> int:
    return OutboxEvent.objects.filter(event_name="ProductChanged", payload__product_id=product.product_id).count()


@pytest.mark.django_db
def test_a_branch_moves_with_all_its_products(top, fill, make_person):
    author = make_person("mover@example.com", staff=True)
    oak, lamps = fill(f"{top}/lamps/oak", 3), fill(f"{top}/lamps", 2)
    drafts = fill(f"{top}/lamps/oak", 2, status=Status.DRAFT) + fill(f"{top}/lamps", 1, status=Status.ARCHIVED)
    mugs = fill(f"{top}/mugs", 2)
    move = finish(category_moves.start(old=f"{top}/lamps", new=f"{top}/lights", author=author.pk, now=clock.now()))
    assert {p.category for p in held(oak + drafts[:2]).values()} == {f"{top}/lights/oak"}
    assert {p.category for p in held(lamps + drafts[2:]).values()} == {f"{top}/lights"}
    assert {(p.category, p.version) for p in held(mugs).values()} == {(f"{top}/mugs", 1)}
    assert [c.path for c in queries.children(top)] == [f"{top}/lights", f"{top}/mugs"]
    assert queries.category(f"{top}/lights").description_in("de") == "Warm."
    assert [c.name for c in queries.breadcrumbs(f"{top}/lights/oak")] == ["Lighting", "Lamps", "Oak"]
    assert len(queries.category_page(f"{top}/lights").cards) == 5
    assert (move.done, move.state) == (8, "finished")
    assert [told_of(p) for p in oak + lamps + drafts] == [1] * 8
    newest, before = history.versions_of(oak[0].product_id)
    assert (newest.author, newest.record["category"], before.record["category"]) == (
        author, f"{top}/lights/oak", f"{top}/lamps/oak",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_move_that_is_over_is_not_run_again_and_twice_is_as_once(top, fill):
    (lamp,) = fill(f"{top}/lamps/oak")
    move = finish(start(f"{top}/lamps", f"{top}/lights"))
    assert not category_moving.run(move_id=move.pk, now=clock.now() + timedelta(days=1))
    CategoryMove.objects.filter(pk=move.pk).update(state="running", switched_at=None, finished_at=None)
    finish(move)
    assert held([lamp])[lamp.product_id].version == 2
    assert [c.path for c in queries.children(top)] == [f"{top}/lights", f"{top}/mugs"]
    assert told_of(lamp) == 1
    assert CategoryRedirect.objects.filter(old__startswith=top).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("lamps", "mugs", "There is a category at"),
        ("lamps", "lamps/below", "nor below itself"),
        ("lamps", "lamps", "nor below itself"),
        ("lamps", "mugs/lamps", "3 levels at most"),
        ("lamps", "nowhere/lamps", "There is no category"),
        ("lamps", "Lamps & more", "lower-case words"),
        ("spoons", "forks", "There is no category"),
    ],
)
def test_a_move_that_cannot_be_is_refused_with_a_reason(top, old, new, why):
    with pytest.raises(CategoryRefused, match=why):
        start(f"{top}/{old}", f"{top}/{new}")
    assert category_moves.running() is None


@pytest.mark.django_db
def test_a_department_may_become_a_section_only_where_its_branch_is_not_too_deep(top):
    other = ids.product_id()
    services.save_categories(categories=[a_category(other)])
    with pytest.raises(CategoryRefused, match="3 levels at most"):
        start(top, f"{other}/lighting")
    start(f"{top}/lamps", f"{other}/lamps")


@pytest.mark.django_db
def test_products_of_a_category_move_into_another_one_and_it_goes(top, fill):
    mugs = fill(f"{top}/mugs", 3) + fill(f"{top}/mugs", 1, status=Status.DRAFT)
    with pytest.raises(CategoryRefused, match="below it first"):
        start(f"{top}/lamps", f"{top}/mugs", merge=True)
    with pytest.raises(CategoryRefused, match="none below it"):
        start(f"{top}/mugs", f"{top}/lamps", merge=True)
    finish(start(f"{top}/mugs", f"{top}/lamps/oak", merge=True))
    assert {p.category for p in held(mugs).values()} == {f"{top}/lamps/oak"}
    assert [c.path for c in queries.children(top)] == [f"{top}/lamps"]
    assert category_redirects.moved_to(f"{top}/mugs") == f"{top}/lamps/oak"


@pytest.mark.django_db
def test_a_product_saved_between_the_reading_and_the_write_is_moved_by_the_next_pass(top, fill, monkeypatch):
    (lamp,) = fill(f"{top}/lamps/oak")
    refile = services.refile_products

    def edited_first(**given):
        stored = held([lamp])[lamp.product_id]
        services.save_product(product=replace(stored, title="As staff say"), expected_version=1, now=NOON)
        monkeypatch.setattr(services, "refile_products", refile)
        return refile(**given)

    monkeypatch.setattr(services, "refile_products", edited_first)
    finish(start(f"{top}/lamps", f"{top}/lights"))
    kept = held([lamp])[lamp.product_id]
    assert (kept.title, kept.category, kept.version) == ("As staff say", f"{top}/lights/oak", 3)


@pytest.mark.django_db
def test_products_saved_at_the_old_place_after_the_switch_are_moved_as_well(top, fill):
    move = start(f"{top}/lamps", f"{top}/lights")
    assert not category_moving.run(move_id=move.pk, now=clock.now())
    move.refresh_from_db()
    assert move.switched_at and category_moving.due(now=clock.now()) == []
    assert category_moving.due(now=clock.now() + category_moving.SETTLING) == [move.pk]
    late = fill(f"{top}/lamps/oak", 2) + fill(f"{top}/lamps/oak", 1, status=Status.DRAFT)
    CategoryMove.objects.filter(pk=move.pk).update(leased_until=None)
    assert category_moving.run(move_id=move.pk, now=clock.now())
    assert {p.category for p in held(late).values()} == {f"{top}/lights/oak"}


@pytest.mark.django_db
def test_a_category_made_in_the_branch_meanwhile_goes_along(top, monkeypatch):
    move = start(f"{top}/lamps", f"{top}/lights")
    real = category_moving.Moving._move_products

    def made_first(work):
        services.save_categories(categories=[a_category(f"{top}/lamps/brass")])
        monkeypatch.setattr(category_moving.Moving, "_move_products", real)
        real(work)

    monkeypatch.setattr(category_moving.Moving, "_move_products", made_first)
    finish(move)
    assert {c.path for c in queries.children(f"{top}/lights")} == {f"{top}/lights/oak", f"{top}/lights/brass"}
    assert queries.children(f"{top}/lamps") == []


@pytest.mark.django_db
def test_stores_that_are_away_are_waited_for_and_not_counted(top, fill, monkeypatch):
    (lamp,) = fill(f"{top}/lamps/oak")
    move = start(f"{top}/lamps", f"{top}/lights")

    def away(**_):
        raise CatalogUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(services, "refile_products", away)
        assert not category_moving.run(move_id=move.pk, now=clock.now())
    move.refresh_from_db()
    assert (move.attempts, move.lease, move.last_error) == (0, "", "away")
    CategoryMove.objects.filter(pk=move.pk).update(leased_until=None)
    finish(move)
    assert held([lamp])[lamp.product_id].category == f"{top}/lights/oak"


@pytest.mark.django_db
def test_a_move_that_kills_its_workers_stops_until_staff_try_again(top):
    move = start(f"{top}/lamps", f"{top}/lights")
    assert not category_moves.try_again(move_id=move.pk)
    CategoryMove.objects.filter(pk=move.pk).update(attempts=category_moves.MAX_ATTEMPTS)
    assert category_moving.due(now=clock.now()) == []
    assert category_moves.try_again(move_id=move.pk)
    finish(move)


@pytest.mark.django_db
def test_a_worker_that_died_between_the_write_and_the_telling_is_made_good_once(top, fill, monkeypatch):
    (lamp,) = fill(f"{top}/lamps/oak")
    move = start(f"{top}/lamps", f"{top}/lights")
    tell = services.tell_of_refiled

    def killed(**_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(services, "tell_of_refiled", lambda **given: killed() if given["products"] else tell(**given))
        with pytest.raises(KeyboardInterrupt):
            category_moving.run(move_id=move.pk, now=clock.now())
    assert (held([lamp])[lamp.product_id].version, told_of(lamp)) == (2, 0)
    CategoryMove.objects.filter(pk=move.pk).update(leased_until=None)
    assert (finish(move).done, told_of(lamp)) == (1, 1)


def worker(move: CategoryMove) -> subprocess.Popen:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    program = (
        "import django; django.setup(); from catalog import category_moving; from shopcloud.lib import clock; "
        f"category_moving.run(move_id={move.pk}, now=clock.now())"
    )
    environment = os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "shopcloud.settings"}
    return subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, env=environment)


def kill_after(move: CategoryMove, process: subprocess.Popen, done: int) -> None:
    for _look in range(6000):
        move.refresh_from_db()
        if move.done >= done or process.poll() is not None:
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait(10)


@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_a_move_killed_three_times_ends_with_every_product_moved_and_told_once(top, fill):
    made = fill(f"{top}/lamps/oak", PRODUCTS)
    drafts = fill(f"{top}/lamps/oak", 20, status=Status.DRAFT)
    move = start(f"{top}/lamps", f"{top}/lights")
    for killing in (1, 2, 3):
        kill_after(move, worker(move), PRODUCTS * killing // 5)
        move.refresh_from_db()
        assert (move.state, move.switched_at) == ("running", None)
        assert 0 < move.done < PRODUCTS
        assert category_moving.due(now=clock.now()) == []
        assert category_moving.due(now=clock.now() + category_moving.LEASE) == [move.pk]
        CategoryMove.objects.filter(pk=move.pk).update(leased_until=None)
    finish(move)
    categories.forget()
    now = held(made + drafts)
    assert {(p.category, p.version) for p in now.values()} == {(f"{top}/lights/oak", 2)}
    assert len(now) == move.done == PRODUCTS + 20
    told = OutboxEvent.objects.filter(event_name="ProductChanged")
    assert {e.payload["product_id"] for e in told} >= set(now)
    assert told.count() == PRODUCTS + 20
    assert [c.path for c in queries.children(top)] == [f"{top}/lights", f"{top}/mugs"]


def at_once(moves: list[tuple[str, str]]) -> list[object]:
    ready = threading.Barrier(len(moves))

    def ask(move: tuple[str, str]) -> object:
        ready.wait()
        try:
            return start(*move)
        except CategoryRefused as error:
            return str(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(moves)) as people:
        return list(people.map(ask, moves))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
def test_of_moves_at_once_one_runs(top, round_):
    asked = [(f"{top}/lamps", f"{top}/lights{n}") for n in range(6)]
    answers = at_once(asked)
    assert sum(isinstance(answer, CategoryMove) for answer in answers) == 1
    assert {a for a in answers if isinstance(a, str)} == {
        "Another branch is being moved. Wait until it is there, then try again."
    }


@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_moves_at_once_cut_across_each_other(top):
    """The control: what decides the race above is the one constraint."""
    constraint = CategoryMove._meta.constraints[0]
    with connection.schema_editor() as editor:
        editor.remove_constraint(CategoryMove, constraint)
    try:
        answers = at_once([(f"{top}/lamps", f"{top}/lights{n}") for n in range(6)])
        assert sum(isinstance(answer, CategoryMove) for answer in answers) > 1
    finally:
        CategoryMove.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(CategoryMove, constraint)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_the_same_move(top, fill):
    fill(f"{top}/lamps/oak", 5)
    move = start(f"{top}/lamps", f"{top}/lights")
    CategoryMove.objects.filter(pk=move.pk).update(lease="other", leased_until=clock.now() + timedelta(minutes=1))
    assert not category_moving.run(move_id=move.pk, now=clock.now())
    move.refresh_from_db()
    assert (move.done, move.lease) == (0, "other")
