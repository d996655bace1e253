"""What is past its period goes at night, a bounded number at a time, and nothing else does."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt

from accounts.models import ErasureRequest
from shopcloud.wiring import retention
from tests.orders.goods import NOW

pytestmark = pytest.mark.django_db


def attempts(number: int, *, days: int) -> None:
    for at in range(number):
        made = AccessAttempt.objects.create(username=f"{days}-{at}", failures_since_start=1)
        AccessAttempt.objects.filter(pk=made.pk).update(attempt_time=NOW - timedelta(days=days))


def test_what_is_past_its_period_goes_and_what_is_not_stays():
    attempts(3, days=91)
    attempts(2, days=89)
    assert retention.sweep(now=NOW)["sign-in attempts"] == 3
    assert AccessAttempt.objects.count() == 2


def test_more_than_a_batch_goes_in_several():
    attempts(7, days=91)
    assert retention.sweep(now=NOW, batch=3)["sign-in attempts"] == 7


def test_a_night_is_bounded_and_the_next_goes_on(monkeypatch):
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)
    attempts(7, days=91)
    assert retention.sweep(now=NOW, batch=3)["sign-in attempts"] == 6
    assert retention.sweep(now=NOW, batch=3)["sign-in attempts"] == 1


def test_a_wish_that_is_not_fulfilled_is_never_swept():
    long_ago = NOW - timedelta(days=4 * 365)
    kept = {"language": "en", "requested_at": long_ago, "due_at": long_ago}
    ErasureRequest.objects.create(pseudonym="a", **kept)
    ErasureRequest.objects.create(pseudonym="b", state="done", finished_at=long_ago, **kept)
    assert retention.sweep(now=NOW)["certificates of erasure"] == 1
    assert ErasureRequest.objects.get().pseudonym == "a"
