"""What a race is: something many try at once, of which the stores must show an exact number afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Control:
    """What is taken away so that the race must break.

    `guards` are names of `shopcloud.lib.guards`; `constraints` are the CHECK or UNIQUE constraints and unique indexes
    that back them, dropped in the control's own database; `instead` changes fields of the race where the guard is in
    what is attempted, and `removed` then says what that takes away.
    """

    guards: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    instead: Mapping[str, Any] = field(default_factory=dict)
    removed: str = ""

    def __str__(self) -> str:
        return ", ".join((*self.guards, *self.constraints, *filter(None, [self.removed])))


@dataclass(frozen=True, slots=True)
class Count:
    """What is left of a race. `effects` is counted in the stores; a breach is a sentence that must not be true."""

    effects: int
    refusals: int
    breaches: list[str] = field(default_factory=list)


class Race(Protocol):
    """A frozen dataclass: its fields are the size of the race, and it travels to the processes that run it."""

    @property
    def name(self) -> str: ...

    @property
    def claim(self) -> str:
        """What must come out, in a sentence with the figures."""

    @property
    def over_http(self) -> bool:
        """Whether attempts need a running shop."""

    @property
    def at_once(self) -> int:
        """How many attempts that follow each other are for the same thing, and must be made at the same moment."""

    @property
    def control(self) -> Control: ...

    def prepare(self) -> Sequence[Any]:
        """Fill the empty shop; returns the attempts, which are dealt out to the processes in an order by the seed."""

    def attempt(self, job: Any, shop: str) -> str:
        """One try, made in a process of its own; `shop` is the address of the running shop. Returns what came of it
        in a word or two: answers are counted by that."""

    def count(self, answers: Counter[str]) -> Count:
        """Look into the stores once everything is still."""
