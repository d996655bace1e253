"""A snapshot: read once in seconds, shared by threads, and still there when PostgreSQL is not."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError

from shopcloud.lib import snapshot
from shopcloud.lib.snapshot import LastKnown, Snapshot, SnapshotUnavailable


class Source:
    """A table that counts its readers and can go away."""

    def __init__(self, value=("lamp",)):
        self.value, self.reads, self.is_away = value, 0, False

    def __call__(self):
        self.reads += 1
        if self.is_away:
            raise OperationalError("connection refused")
        return self.value


def test_it_is_read_once_while_it_is_fresh():
    source = Source()
    held = Snapshot("fresh", source, seconds=60)
    assert [held.get() for _ in range(5)] == [("lamp",)] * 5
    assert source.reads == 1


def test_a_change_is_seen_after_its_seconds():
    source = Source()
    held = Snapshot("changing", source, seconds=0)
    held.get()
    source.value = ("mug",)
    assert held.get() == ("mug",)


def test_who_changed_the_rows_sees_the_change_at_once():
    source = Source()
    held = Snapshot("own", source, seconds=60)
    held.get()
    source.value = ("mug",)
    held.forget()
    assert held.get() == ("mug",)


def test_a_process_goes_on_with_what_it_held():
    source = Source()
    held = Snapshot("held", source, seconds=0)
    held.get()
    source.is_away = True
    assert held.get() == ("lamp",)


def test_a_new_process_finds_the_last_known_copy():
    Snapshot("copied", Source(), seconds=60).get()
    away = Source()
    away.is_away = True
    fresh_process = Snapshot("copied", away, seconds=60)
    assert [fresh_process.get() for _ in range(3)] == [("lamp",)] * 3
    # The database is asked once in its seconds, not by every page.
    assert away.reads == 1


def test_an_empty_value_is_a_value():
    Snapshot("empty", Source(()), seconds=60).get()
    away = Source()
    away.is_away = True
    assert Snapshot("empty", away).get() == ()


def test_where_nobody_knows_it_says_so():
    away = Source()
    away.is_away = True
    with pytest.raises(SnapshotUnavailable):
        Snapshot("unknown", away).get()


def test_while_one_thread_reads_the_others_go_on():
    started, go_on = threading.Event(), threading.Event()
    answers = iter([("old",)])

    def slow():
        try:
            return next(answers)
        except StopIteration:
            started.set()
            assert go_on.wait(5)
            return ("new",)

    held = Snapshot("slow", slow, seconds=0)
    assert held.get() == ("old",)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(held.get)
        assert started.wait(5)
        assert held.get() == ("old",)
        go_on.set()
        assert reading.result(5) == ("new",)


def test_tests_and_processes_can_forget_them_all():
    source = Source()
    held = Snapshot("everything", source, seconds=60)
    held.get()
    snapshot.forget_all()
    held.get()
    assert source.reads == 2


@pytest.mark.parametrize(("kind", "seen"), [(LastKnown, ("mug",)), (Snapshot, ("lamp",))])
def test_a_kept_page_is_never_made_of_what_another_thread_is_about_to_replace(kind, seen):
    """The second kind is the control: it goes on with what is held while another thread reads."""
    source, asked, answered = Source(), threading.Event(), threading.Event()

    def load():
        found = source()
        if threading.current_thread() is not threading.main_thread():
            asked.set()
            answered.wait(10)
        return found

    held = kind("race", load) if kind is LastKnown else kind("race", load, seconds=0)
    held.get()
    source.value = ("mug",)
    slow = threading.Thread(target=held.get)
    slow.start()
    asked.wait(10)
    try:
        assert held.get() == seen
    finally:
        answered.set()
        slow.join()


def test_what_is_read_each_time_is_the_last_known_while_postgresql_is_away():
    source = Source()
    held = LastKnown("last-known", source)
    assert [held.get(), held.get()] == [("lamp",)] * 2
    assert source.reads == 2
    source.is_away = True
    assert held.get() == ("lamp",)
    assert LastKnown("last-known", source).get() == ("lamp",)
    with pytest.raises(SnapshotUnavailable):
        LastKnown("never-read", source).get()
