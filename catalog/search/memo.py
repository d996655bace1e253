"""What one state of the index answered: as long as nothing is committed, the same question has the same answer."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar, cast

KEPT = 256
Answer = TypeVar("Answer")


class Once(Protocol):
    """`Memo.recall` for one state."""

    def __call__(self, question: Hashable, answer: Callable[[], Answer]) -> Answer: ...


class Memo:
    """The last answers of one state of the index; those of another state are forgotten at once."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._guard = threading.Lock()
        self._state: Hashable = None
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def recall(self, state: Hashable, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer that `state` gave to `question`, else `answer()`, which no lock waits for."""
        with self._guard:
            if state != self._state:
                self._state = state
                self._answers.clear()
            if question in self._answers:
                self._answers.move_to_end(question)
                return cast("Answer", self._answers[question])
        found = answer()
        with self._guard:
            if state == self._state:
                self._answers[question] = found
                if len(self._answers) > self._kept:
                    self._answers.popitem(last=False)
        return found

    def clear(self) -> None:
        with self._guard:
            self._answers.clear()
