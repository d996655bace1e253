"""How deep in the call stack something is drawn makes no difference to what it costs."""

import resource
import subprocess
import sys
from collections.abc import Callable

import pytest

from shopcloud.celery import app
from shopcloud.lib.stack_room import with_stack_room

CALLS = 300
DEPTHS = range(150)
# What gunicorn does with its configuration, and then with a request.
IN_A_WORKER = """
import runpy, traceback
from concurrent.futures import ThreadPoolExecutor
runpy.run_path("deploy/docker/gunicorn.conf.py")["post_worker_init"](None)
stack = ThreadPoolExecutor(1).submit(traceback.extract_stack).result()
print(*(frame.name for frame in stack))
"""


def test_a_loop_costs_the_same_at_every_depth_of_the_stack() -> None:
    assert max(with_stack_room(_faults_at, depth) for depth in DEPTHS) < CALLS / 10


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="this Python may keep a piece of the stack by itself")
def test_without_room_it_faults_at_every_call_where_a_piece_of_the_stack_ends() -> None:
    assert max(_faults_at(depth) for depth in DEPTHS) >= CALLS


def test_the_threads_that_answer_requests_have_room_as_long_as_they_live() -> None:
    done = subprocess.run([sys.executable, "-c", IN_A_WORKER], capture_output=True, text=True, check=True, timeout=60)
    assert with_stack_room.__name__ in done.stdout.split()


def test_tasks_have_room() -> None:
    def callers() -> list[str]:
        frame, names = sys._getframe(), []
        while frame := frame.f_back:
            names.append(frame.f_code.co_name)
        return names

    seen = app.task(callers, name="shop.callers")
    try:
        assert with_stack_room.__name__ in seen.apply().get()
    finally:
        app.tasks.unregister(seen)


def _faults_at(depth: int) -> int:
    return _faults() if depth == 0 else _faults_at(depth - 1)


def _faults() -> int:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    _loop(_leaf)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def _loop(call: Callable[[int], int]) -> None:
    for number in range(CALLS):
        call(number)


def _leaf(number: int) -> int:
    """Of more locals than a frame of the recursion has, so that one of the depths leaves too little room for it."""
    a = b = c = d = e = f = g = h = i = j = k = m = n = o = p = q = r = s = number
    return a + b + c + d + e + f + g + h + i + j + k + m + n + o + p + q + r + s
