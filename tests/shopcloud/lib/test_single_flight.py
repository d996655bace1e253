"""Threads that want the same thing at the same moment share one call, and none of them waits without a limit."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from shopcloud.lib.single_flight import SingleFlight


class Source:
    """Answers when it is let, and counts its calls."""

    def __init__(self, answer=None, error=None):
        self.answer, self.error = answer, error
        self.calls = 0
        self.asked, self.open = threading.Event(), threading.Event()

    def __call__(self):
        self.calls += 1
        self.asked.set()
        assert self.open.wait(10)
        if self.error:
            raise self.error
        return self.answer


def together(flights, source, threads):
    """What each thread got: a value or an error. The source opens once the others are on their way."""

    def ask(_):
        try:
            return flights.do("lamp", source)
        except LookupError as error:
            return error

    with ThreadPoolExecutor(threads) as pool:
        first = pool.submit(ask, 0)
        assert source.asked.wait(10)
        others = [pool.submit(ask, n) for n in range(1, threads)]
        while not all(future.running() for future in others):
            pass
        threading.Timer(0.3, source.open.set).start()
        return [future.result(10) for future in [first, *others]]


def test_all_who_ask_during_a_call_get_its_answer():
    source = Source("a lamp")
    assert together(SingleFlight(wait_seconds=10), source, 12) == ["a lamp"] * 12
    assert source.calls == 1


def test_without_waiting_each_would_call_for_itself():
    source = Source("a lamp")
    assert together(SingleFlight(wait_seconds=0), source, 12) == ["a lamp"] * 12
    assert source.calls == 12


def test_an_error_reaches_all_who_wait_for_it():
    source = Source(error=LookupError("gone"))
    assert [str(error) for error in together(SingleFlight(wait_seconds=10), source, 5)] == ["gone"] * 5
    assert source.calls == 1


def test_an_answer_that_comes_as_the_wait_ends_is_taken():
    class JustLanded(Future):
        def result(self, timeout=None):
            if timeout is not None:
                raise TimeoutError
            return "a lamp"

        def done(self):
            return True

    assert SingleFlight(wait_seconds=1)._follow(JustLanded(), _fail) == "a lamp"


def test_an_answer_is_not_kept_for_the_next_call():
    flights: SingleFlight[int] = SingleFlight(wait_seconds=1)
    assert [flights.do("lamp", lambda n=n: n) for n in range(3)] == [0, 1, 2]
    with pytest.raises(LookupError):
        flights.do("lamp", _fail)
    assert flights.do("lamp", lambda: 4) == 4


def _fail():
    raise LookupError("gone")
