"""The same request sent twice has one effect and gets the same answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from shopcloud.lib.idempotency import IdempotencyKey, KeyReused, once


@pytest.mark.django_db
def test_a_repeated_key_gets_the_first_answer_without_a_second_effect():
    effects = []

    def effect():
        effects.append(1)
        return 201, {"number": len(effects)}

    answers = [once(scope="s", key="k", body={"a": 1}, effect=effect) for _ in range(2)]
    assert answers == [(201, {"number": 1}, False), (201, {"number": 1}, True)]


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused():
    once(scope="s", key="k", body={"a": 1}, effect=lambda: (201, {}))
    with pytest.raises(KeyReused):
        once(scope="s", key="k", body={"a": 2}, effect=lambda: (201, {}))


@pytest.mark.django_db(transaction=True)
def test_a_failed_effect_gives_the_key_back():
    with pytest.raises(ZeroDivisionError):
        once(scope="s", key="k", body={}, effect=lambda: 1 // 0)
    assert once(scope="s", key="k", body={}, effect=lambda: (201, {}))[2] is False


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_at_once_have_one_effect():
    def attempt(_: int) -> tuple:
        try:
            return once(scope="s", key="k", body={}, effect=lambda: (201, {"rows": IdempotencyKey.objects.count()}))
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(attempt, range(20)))
    assert sum(not replayed for _, _, replayed in answers) == 1
    assert {(status, body["rows"]) for status, body, _ in answers} == {(201, 1)}
