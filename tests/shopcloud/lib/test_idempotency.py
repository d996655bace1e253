"""The same request sent twice has one effect and gets the same answer."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from shopcloud.lib import guards
from shopcloud.lib.idempotency import (
    Answer,
    IdempotencyKey,
    KeyInFlight,
    KeyReused,
    once,
    once_then,
)

DONE = Answer(201, "{}")


@pytest.mark.django_db
def test_a_repeated_key_gets_the_first_answer_without_a_second_effect():
    effects = []

    def effect():
        effects.append(1)
        return Answer(201, f'{{"number": {len(effects)}}}')

    answers = [once(scope="s", key="k", body={"a": 1}, effect=effect) for _ in range(2)]
    assert answers == [Answer(201, '{"number": 1}'), Answer(201, '{"number": 1}', replayed=True)]


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused():
    once(scope="s", key="k", body={"a": 1}, effect=lambda: DONE)
    with pytest.raises(KeyReused):
        once(scope="s", key="k", body={"a": 2}, effect=lambda: DONE)


@pytest.mark.django_db
def test_the_same_key_of_another_scope_is_another_key():
    answers = [once(scope=scope, key="k", body={}, effect=lambda: DONE) for scope in ("orders:1", "orders:2")]
    assert [answer.replayed for answer in answers] == [False, False]


@pytest.mark.django_db(transaction=True)
def test_a_failed_effect_gives_the_key_back():
    with pytest.raises(ZeroDivisionError):
        once(scope="s", key="k", body={}, effect=lambda: 1 // 0)
    assert once(scope="s", key="k", body={}, effect=lambda: DONE).replayed is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("guarded", "effects"), [(True, 1), (False, 2)])
def test_who_comes_while_the_first_is_at_work_is_told_at_once(guarded, effects):
    """The control run without the lock does the work twice: only then can both be inside."""
    inside, may_go, seen = threading.Barrier(2), threading.Event(), []

    def effect() -> Answer:
        seen.append(1)
        if guarded:
            inside.wait(5)
            may_go.wait(5)
        else:
            inside.wait(5)
        return DONE

    def first() -> None:
        try:
            once(scope="s", key="k", body={}, effect=effect)
        except Exception:
            assert not guarded
        finally:
            connection.close()

    if guarded:
        with ThreadPoolExecutor(1) as pool:
            working = pool.submit(first)
            inside.wait(5)
            with pytest.raises(KeyInFlight):
                once(scope="s", key="k", body={}, effect=effect)
            may_go.set()
            working.result(5)
    else:
        with guards.removed("idempotency.claim"), ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: first(), range(2)))
    assert len(seen) == effects
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_have_one_effect():
    effects = []

    def effect() -> Answer:
        effects.append(1)
        return DONE

    def attempt(_: int) -> str:
        try:
            return "replayed" if once(scope="s", key="k", body={}, effect=effect).replayed else "done"
        except KeyInFlight:
            return "in flight"
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert (answers.count("done"), len(effects)) == (1, 1)


def place(effects: list, then) -> Answer:
    def effect(note) -> str:
        effects.append("placed")
        note("SC-1")
        return "SC-1"

    return once_then(scope="s", key="k", body={}, effect=effect, then=then)


@pytest.mark.django_db
def test_an_answer_finished_after_its_transaction_is_given_again():
    effects: list = []

    def then(subject: str) -> Answer:
        effects.append(f"paid {subject}")
        return Answer(201, f"{len(effects)}")

    answers = [place(effects, then) for _ in range(2)]
    assert effects == ["placed", "paid SC-1"]
    assert [answer.body for answer in answers] == ["2", "2"]


@pytest.mark.django_db
def test_work_that_failed_after_its_effect_is_taken_up_where_it_stood():
    effects: list = []
    with pytest.raises(ZeroDivisionError):
        place(effects, lambda _subject: 1 // 0)
    assert place(effects, lambda subject: Answer(201, subject)).body == "SC-1"
    assert effects == ["placed"]


@pytest.mark.django_db(transaction=True)
def test_work_whose_process_died_goes_on_with_the_next_request():
    """A session that ends takes its lock with it; its row stays STARTED."""
    inside, died = threading.Event(), threading.Event()

    def then(_subject: str) -> Answer:
        inside.set()
        assert died.wait(5)
        connection.close()
        raise ConnectionError

    def first() -> None:
        try:
            with pytest.raises(ConnectionError):
                place([], then)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(first)
        assert inside.wait(5)
        with pytest.raises(KeyInFlight):
            place([], lambda subject: Answer(201, subject))
        died.set()
        working.result(5)
    effects: list = []
    assert place(effects, lambda subject: Answer(201, subject)).body == "SC-1"
    assert effects == []


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_an_effect_asks_other_tiers():
    seen = []

    def effect(note) -> str:
        seen.append(connection.in_atomic_block)
        with transaction.atomic():
            note("SC-1")
        return "SC-1"

    once_then(scope="s", key="k", body={}, effect=effect, then=lambda subject: Answer(201, subject))
    assert seen == [False]
