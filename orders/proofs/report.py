"""What the proofs print: a block for each race, a line for each run, the books below it, and the verdict at the end."""

from collections.abc import Sequence

from orders.proofs.prove import Run
from orders.proofs.race import Race

_ROW = "  {:<12} {:>8} {:>8} {:>8} {:>7}  {}"
MOST_BREACHES = 3


def heading(race: Race) -> str:
    columns = _ROW.format("run", "attempts", "effects", "refused", "seconds", "verdict")
    return f"\n{race.name}: {race.claim}\n{columns}"


def row(run: Run) -> str:
    title = "control" if run.is_control else f"seed {run.seed}"
    return _ROW.format(
        title, run.attempts, run.count.effects, run.count.refusals, f"{run.seconds:.1f}", "\n".join(_verdict(run))
    )


def books(run: Run) -> str:
    return f"  stock: {run.books.stock}\n  money: {run.books.money}"


def summary(runs: Sequence[Run]) -> str:
    bad = [run for run in runs if not run.is_as_it_must_be]
    races = {run.race.name for run in runs}
    if not bad:
        return f"\nAll {len(races)} races held in {len(runs) - len(races)} runs, and all {len(races)} controls broke."
    named = sorted({f"{run.race.name} ({'control' if run.is_control else 'breach'})" for run in bad})
    return f"\nNOT PROVED: {', '.join(named)}."


def _verdict(run: Run) -> list[str]:
    if not run.is_control:
        return ["held"] if not run.breaches else ["BREACH", *_listed(run.breaches)]
    if not run.breaches:
        return [f"DID NOT BREAK without {run.race.control}, so the race proves nothing"]
    return [f"broke, as it must without {run.race.control}", *_listed(run.breaches)]


def _listed(breaches: Sequence[str]) -> list[str]:
    more = len(breaches) - MOST_BREACHES
    return [f"      {text}" for text in (*breaches[:MOST_BREACHES], *([f"and {more} more"] if more > 0 else []))]
