"""Circuit breakers."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from shopcloud.lib.resilience import Breaker, CircuitOpen

FAILURES = 3


@pytest.fixture
def breaker():
    return Breaker(fail_max=FAILURES, reset_timeout=60, name="tier")


def fail():
    raise OSError("no answer")


def trip(breaker):
    for _ in range(FAILURES):
        with pytest.raises((OSError, CircuitOpen)):
            breaker.call(fail)


def test_threads_call_a_tier_side_by_side(breaker):
    # Each call waits for the other: one after the other they would never meet.
    both_inside = threading.Barrier(2, timeout=5)
    with ThreadPoolExecutor(2) as threads:
        met = list(threads.map(lambda _: breaker.call(both_inside.wait), range(2)))
    assert sorted(met) == [0, 1]


def test_after_repeated_failures_the_tier_is_left_alone(breaker):
    trip(breaker)
    called = []
    with pytest.raises(CircuitOpen):
        breaker.call(called.append, "again")
    assert called == []


def test_a_success_in_between_starts_the_count_anew(breaker):
    for _ in range(3 * FAILURES):
        with pytest.raises(OSError, match="no answer"):
            breaker.call(fail)
        breaker.call(int)
    assert breaker.current_state == "closed"


def test_one_thread_tries_a_resting_tier_and_the_others_do_not_wait_long_for_it(breaker):
    trip(breaker)
    breaker.reset_timeout = 0
    trying, answered = threading.Event(), threading.Event()

    def slow_answer():
        trying.set()
        return answered.wait(5)

    with ThreadPoolExecutor(1) as threads:
        trial = threads.submit(breaker.call, slow_answer)
        assert trying.wait(5)
        with pytest.raises(CircuitOpen):
            breaker.call(int)
        answered.set()
        assert trial.result(5)
    assert breaker.call(int) == 0


def test_whoever_comes_during_a_short_trial_is_served_when_it_went_well(breaker):
    trip(breaker)
    breaker.reset_timeout = 0
    trying, answered = threading.Event(), threading.Event()

    def answer():
        trying.set()
        return answered.wait(5)

    with ThreadPoolExecutor(4) as threads:
        trial = threads.submit(breaker.call, answer)
        assert trying.wait(5)
        waiting = [threads.submit(breaker.call, int) for _ in range(3)]
        answered.set()
        assert trial.result(5)
        assert [each.result(5) for each in waiting] == [0, 0, 0]


def test_a_failed_trial_lets_the_tier_rest_on(breaker):
    trip(breaker)
    breaker.reset_timeout = 0
    with pytest.raises((OSError, CircuitOpen)):
        breaker.call(fail)
    breaker.reset_timeout = 60
    with pytest.raises(CircuitOpen):
        breaker.call(int)
