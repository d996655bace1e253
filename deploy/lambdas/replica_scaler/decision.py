"""Whether the orders get one more read replica, or one less. Pure: the clock and the measurements are given."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Change(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Rules:
    """Over any `high` a replica is added, under all `low` one is removed. Lag in seconds, the others in percent.

    A copy takes its time to be made and then relieves the others: `after_adding` and `after_removing` must pass first.
    """

    floor: int = 1
    ceiling: int = 5
    high_lag: float = 5.0
    high_cpu: float = 70.0
    high_connections: float = 80.0
    low_lag: float = 1.0
    low_cpu: float = 30.0
    low_connections: float = 30.0
    after_adding: timedelta = timedelta(minutes=20)
    after_removing: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Load:
    """What one replica showed of late: its worst lag, its mean CPU, its highest share of connections."""

    lag: float
    cpu: float
    connections: float


@dataclass(frozen=True, slots=True)
class Seen:
    """The fleet. `replicas` counts those being made too, `loads` are of those that answer, `removable` are our own."""

    replicas: int
    removable: int
    loads: tuple[Load, ...]
    in_transit: bool = False
    last_change: tuple[Change, datetime] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    change: Change
    reason: str
    at_ceiling: bool = False


def decide(seen: Seen, rules: Rules, *, now: datetime) -> Decision:
    """One step at most. What cannot be seen is never a reason to remove."""
    if seen.replicas < rules.floor:
        return Decision(Change.ADD, f"{seen.replicas} of at least {rules.floor} replicas")
    return _by_load(seen, rules, now) if seen.loads else Decision(Change.NONE, "no measurements")


def _by_load(seen: Seen, rules: Rules, now: datetime) -> Decision:
    busy = _busy(seen.loads, rules)
    if busy and seen.replicas >= rules.ceiling:
        return Decision(Change.NONE, f"{busy}, but {rules.ceiling} replicas are the most", at_ceiling=True)
    waiting = _waiting(seen, rules, now)
    if waiting:
        return Decision(Change.NONE, waiting)
    if busy:
        return Decision(Change.ADD, busy)
    if _idle(seen, rules):
        return Decision(Change.REMOVE, "the others carry it")
    return Decision(Change.NONE, "within bounds")


def _busy(loads: tuple[Load, ...], rules: Rules) -> str:
    """Why one more is needed. Reads are spread, so CPU and connections count as means; each lag is seen by someone."""
    lag = max(load.lag for load in loads)
    cpu = sum(load.cpu for load in loads) / len(loads)
    connections = sum(load.connections for load in loads) / len(loads)
    over = [("lag", lag, rules.high_lag), ("cpu", cpu, rules.high_cpu)]
    over.append(("connections", connections, rules.high_connections))
    return ", ".join(f"{name} {value:.1f} over {most:.1f}" for name, value, most in over if value > most)


def _idle(seen: Seen, rules: Rules) -> bool:
    """Whether one less would carry the load and stay under the thresholds that add one: no swinging to and fro."""
    left = seen.replicas - 1
    if left < rules.floor or not seen.removable or len(seen.loads) < seen.replicas:
        return False
    cpu = sum(load.cpu for load in seen.loads)
    connections = sum(load.connections for load in seen.loads)
    return (
        max(load.lag for load in seen.loads) < rules.low_lag
        and cpu / len(seen.loads) < rules.low_cpu
        and connections / len(seen.loads) < rules.low_connections
        and (not left or (cpu / left < rules.high_cpu * 0.8 and connections / left < rules.high_connections * 0.8))
    )


def _waiting(seen: Seen, rules: Rules, now: datetime) -> str:
    if seen.in_transit:
        return "a replica is being made or removed"
    if seen.last_change is None:
        return ""
    change, at = seen.last_change
    pause = rules.after_adding if change == Change.ADD else rules.after_removing
    return f"{change} was at {at:%H:%M}, {pause} must pass" if now - at < pause else ""
