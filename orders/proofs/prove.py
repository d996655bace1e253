"""Proving one race: run it for every seed, then once more with its guard removed."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.db import connections

from orders import ledgers
from orders.proofs import children, databases, shop
from orders.proofs.children import Rush
from orders.proofs.race import Count, Race


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a race, as the stores tell it. `books` are the ledgers' totals in words."""

    race: Race
    is_control: bool
    seed: int
    attempts: int
    count: Count
    seconds: float
    books: ledgers.Totals

    @property
    def breaches(self) -> list[str]:
        return self.count.breaches

    @property
    def is_as_it_must_be(self) -> bool:
        """A race holds; its control breaks."""
        return bool(self.breaches) is self.is_control


class Laboratory:
    """Makes runs, each on a database of its own, beside the empty database `home`."""

    def __init__(self, home: str, *, processes: int, without: tuple[str, ...] = ()) -> None:
        """`without` takes guards away from the main runs too, which must then fail: the proof of the proofs."""
        self.home, self.processes, self.without = home, processes, without
        self._model = databases.make_model(home)
        self._made = 0

    def prove(self, race: Race, seeds: Sequence[int]) -> Iterator[Run]:
        """The race once for every seed, then its control."""
        for seed in seeds:
            yield self.run(race, seed)
        yield self.run(race, seeds[0], is_control=True)

    def run(self, race: Race, seed: int, *, is_control: bool = False) -> Run:
        without = (*self.without, *(race.control.guards if is_control else ()))
        self._made += 1
        name = databases.copy(self.home, model=self._model, name=f"{self.home}_{self._made}")
        databases.use(name)
        try:
            if is_control:
                for constraint in race.control.constraints:
                    databases.drop_constraint(constraint)
            return self._run(race, seed, name, without, is_control)
        finally:
            databases.drop(self.home, name=name)

    def _run(self, race: Race, seed: int, database: str, without: tuple[str, ...], is_control: bool) -> Run:
        if is_control and race.control.instead:
            race = replace(race, **race.control.instead)  # type: ignore[type-var]
        jobs = race.prepare()
        connections.close_all()
        with shop.running(database, without=without) if race.over_http else nullcontext("") as address:
            answers, seconds = children.run(race, jobs, Rush(database, without, address, self.processes, seed))
        count = race.count(answers)
        broken = [str(breach) for breach in ledgers.breaches()]
        counted = Count(count.effects, count.refusals, [*count.breaches, *broken])
        return Run(race, is_control, seed, len(jobs), counted, seconds, ledgers.totals())
