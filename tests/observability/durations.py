"""Days that turn bad for a while and good again, and what Prometheus makes of a rule's `for` on such a day."""

from collections.abc import Callable, Iterator

from tests.observability.promql import Labels, Series, evaluate

# Prometheus asks and evaluates as often (deploy/observability/prometheus/prometheus.yml).
STEP = 15.0
SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    return float(text[:-1]) * SECONDS[text[-1]]


def between(good: Series, bad: Series, begin: float, end: float) -> Series:
    """The good day, but the bad one from `begin` to `end`. Counters go on from where they are."""
    assert good.keys() == bad.keys()
    return {key: _mixed(key[0], good[key], bad[key], begin, end) for key in good}


def _mixed(name: str, good: Callable, bad: Callable, begin: float, end: float) -> Callable[[float], float | None]:
    counts = name.endswith(("_total", "_bucket"))

    def value(t: float) -> float | None:
        if not counts:
            return bad(t) if begin <= t < end else good(t)
        spoilt = bad(min(t, end)) - bad(begin) - (good(min(t, end)) - good(begin)) if t > begin else 0.0
        return good(t) + spoilt

    return value


def firing(
    rule: dict, figures: Series, begin: float, end: float, *, every: float = STEP
) -> Iterator[tuple[float, Labels]]:
    """When which alarm fires: its expression was true at every evaluation for as long as `for` says."""
    held = seconds(rule["for"])
    since: dict[Labels, float] = {}
    for tick in range(int((end - begin) / every) + 1):
        at = begin + tick * every
        true = evaluate(rule["expr"], figures, at)
        since = {labels: since.get(labels, at) for labels in true}
        yield from ((at, labels) for labels, first in since.items() if at - first >= held)
