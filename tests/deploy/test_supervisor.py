"""Restarts, pauses and stops, with a small process in place of an engine."""

import sys
import threading
import time
from pathlib import Path

import pytest

from deploy.local import processes, supervisor
from deploy.local.processes import Service
from deploy.local.state import State
from deploy.local.supervisor import Record, ServiceFailed, Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); {SLEEP}"


@pytest.fixture
def state(tmp_path: Path) -> State:
    state = State(tmp_path / "state")
    state.make()
    return state


def service(state: State, code: str, **changes) -> Service:
    values = {
        "name": "clock",
        "command": [sys.executable, "-c", code],
        "log": state.log("clock"),
        "mark": f"clock@{state.folder}",
        "healthy": lambda: True,
        "start_seconds": 2.0,
        "stop_seconds": 0.3,
    }
    return Service(**(values | changes))


def test_a_dead_service_is_started_again_after_pauses_that_double(state: State):
    one = Supervisor([service(state, "raise SystemExit(1)")], state).supervised[0]
    one.start()
    pauses = []
    for _ in range(7):
        assert processes.wait_until(one.running.ended, seconds=5)
        now = time.monotonic()
        one.look(now)
        pauses.append(round(one.due - now, 3))
        one.look(one.due)
    assert pauses == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0]
    assert Record.read(state.run("clock.json")).restarts == 7
    one.stop()


def test_a_service_that_ran_calmly_starts_again_from_the_shortest_pause(state: State):
    one = Supervisor([service(state, SLEEP)], state).supervised[0]
    one.pause = supervisor.LONGEST_PAUSE
    one.start()
    one.running.process.kill()
    assert processes.wait_until(one.running.ended, seconds=5)
    later = one.started + supervisor.CALM_SECONDS + 1
    one.look(later)
    assert one.due - later == pytest.approx(supervisor.FIRST_PAUSE)


def test_watching_starts_a_killed_service_again(state: State):
    watched = Supervisor([service(state, SLEEP)], state)
    watched.start_all()
    thread = threading.Thread(target=watched.watch)
    thread.start()
    try:
        first = Record.read(state.run("clock.json")).pid
        watched.supervised[0].running.process.kill()
        assert processes.wait_until(lambda: Record.read(state.run("clock.json")).pid not in {None, first}, seconds=5)
    finally:
        watched.stopping.set()
        thread.join(5)
        watched.stop_all(together=True)
    assert processes.leaders(f"clock@{state.folder}") == []


def test_a_service_deaf_to_its_signal_is_killed_within_its_bound(state: State):
    deaf = Supervisor([service(state, STUBBORN)], state)
    deaf.start_all()
    assert processes.wait_until(lambda: b"deaf" in state.log("clock").read_bytes(), seconds=5)
    began = time.monotonic()
    deaf.stop_all()
    assert 0.3 <= time.monotonic() - began < 3
    assert processes.leaders(f"clock@{state.folder}") == []


def test_a_service_that_dies_at_once_is_reported_with_the_end_of_its_log(state: State):
    broken = Supervisor([service(state, "raise SystemExit('no disk left')", healthy=lambda: False)], state)
    with pytest.raises(ServiceFailed, match=r"clock stopped right after its start(.|\n)*no disk left"):
        broken.start_all()


def test_a_silent_service_is_not_waited_for_for_ever(state: State):
    silent = Supervisor([service(state, SLEEP, healthy=lambda: False, start_seconds=0.2)], state)
    with pytest.raises(ServiceFailed, match="did not answer"):
        silent.start_all()
    silent.stop_all()


def test_a_left_process_is_adopted_when_it_runs_the_same_command_and_else_replaced(state: State):
    left = processes.spawn(service(state, SLEEP))
    same = Supervisor([service(state, SLEEP)], state)
    same.start_all()
    assert same.supervised[0].running.pid == left.pid

    changed = Supervisor([service(state, SLEEP + "  # newer")], state)
    changed.start_all()
    assert left.ended()
    assert changed.supervised[0].running.pid != left.pid
    changed.stop_all()


def test_a_log_stays_bounded_and_its_writer_goes_on(tmp_path: Path):
    log = tmp_path / "clock.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 2000)
        processes.bound_log(log, limit=1000)
        writer.write(b"later")
    assert log.read_bytes() == b"later"
    assert len((tmp_path / "clock.log.1").read_bytes()) == 1000
