"""Room on Python's call stack, so that no request or task runs across the border of two pieces of it.

CPython keeps the frames of a thread in pieces of 16 KB. A loop that calls across a border maps a piece and gives it
back at every call: two system calls and some page faults, half of a page's work where a template happens to be drawn
so deep (python/cpython#142183: later releases of 3.13 and 3.14 keep one piece, 3.11 and 3.12 never will). A frame that
asks for more than a piece gets a larger one, and all that it calls stands behind it in the same.
"""

import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

# Half a megabyte of addresses that nobody touches, in a piece of a megabyte: the other half is for what is called.
SLOTS = 1 << 16

P = ParamSpec("P")
Answer = TypeVar("Answer")


def with_stack_room(call: Callable[P, Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
    """`call(*args, **kwargs)`, with room for some thousand frames."""
    return call(*args, **kwargs)


with_stack_room.__code__ = with_stack_room.__code__.replace(co_stacksize=SLOTS)


def give_threads_room() -> None:
    """Every thread that starts from now on has it as long as it lives: no request maps and gives back a piece."""
    run = threading.Thread.run

    def run_with_room(thread: threading.Thread) -> None:
        with_stack_room(run, thread)

    threading.Thread.run = run_with_room  # type: ignore[assignment, method-assign]
