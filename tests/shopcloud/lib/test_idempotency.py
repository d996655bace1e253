"""The same request sent twice has one effect and gets the same answer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from shopcloud.lib import guards
from shopcloud.lib.idempotency import (
    LEASE,
    Answer,
    IdempotencyKey,
    KeyInFlight,
    KeyReused,
    once,
    once_then,
    request_hash,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
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


def place(effects: list, then, now=NOW) -> Answer:
    def effect() -> str:
        effects.append("placed")
        return "SC-1"

    return once_then(scope="s", key="k", body={}, effect=effect, then=then, now=now)


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


@pytest.mark.django_db
def test_work_whose_process_died_is_taken_over_when_its_lease_is_over():
    row = {"scope": "s", "key": "k", "state": "started", "subject": "SC-1", "created_at": NOW}
    IdempotencyKey.objects.create(request_hash=request_hash({}), leased_until=NOW + LEASE, **row)
    effects: list = []
    with pytest.raises(KeyInFlight):
        place(effects, lambda subject: Answer(201, subject))
    assert place(effects, lambda subject: Answer(201, subject), now=NOW + LEASE).body == "SC-1"
    assert effects == []
