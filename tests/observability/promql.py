"""What the shop's rules say of given figures: the part of PromQL they use, over samples in memory.

The expressions are parsed by Prometheus's grammar (`promql-parser`); what is not understood is an error. Where
`promtool` is installed, it evaluates the same rules in test_alarms.py.
"""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise

import promql_parser as promql

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
# A series is its value at each second.
Series = Mapping[tuple[str, Labels], Callable[[float], float | None]]
STEP = 15.0
OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else float("nan"),
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
FOLDS: dict[str, Callable[[list[float]], float]] = {"sum": sum, "max": max, "min": min}


def series(name: str, value: Callable[[float], float | None], **labels: str):
    return (name, frozenset(labels.items())), value


def evaluate(expression: str, figures: Series, at: float) -> Vector:
    found = _evaluate(promql.parse(expression), figures, at)
    return found if isinstance(found, dict) else {frozenset(): found}


def _evaluate(node: promql.Expr, figures: Series, at: float) -> Vector | float:
    match node:
        case promql.NumberLiteral():
            return float(node.val)
        case promql.ParenExpr():
            return _evaluate(node.expr, figures, at)
        case promql.VectorSelector():
            now = {labels: value(at) for labels, value in _chosen(node, figures)}
            return {labels: value for labels, value in now.items() if value is not None}
        case promql.AggregateExpr():
            return _fold(node, figures, at)
        case promql.Call():
            return _call(node, figures, at)
        case promql.BinaryExpr():
            return _combine(str(node.op), _evaluate(node.lhs, figures, at), _evaluate(node.rhs, figures, at))
    raise NotImplementedError(node.prettify())


def _chosen(node: promql.VectorSelector, figures: Series):
    for (name, labels), value in figures.items():
        held = dict(labels)
        if name == node.name and all(_matches(m, held.get(m.name, "")) for m in node.matchers.matchers):
            yield labels, value


def _matches(matcher, value: str) -> bool:
    kind = str(matcher.op).rpartition(".")[2]
    if kind in {"Equal", "NotEqual"}:
        return (value == matcher.value) is (kind == "Equal")
    return (re.fullmatch(matcher.value, value) is not None) is (kind == "Re")


def _fold(node: promql.AggregateExpr, figures: Series, at: float) -> Vector:
    inner, kept = _evaluate(node.expr, figures, at), set(node.modifier.labels if node.modifier else ())
    assert isinstance(inner, dict)
    groups: dict[Labels, list[float]] = defaultdict(list)
    for labels, value in inner.items():
        groups[frozenset(pair for pair in labels if pair[0] in kept)].append(value)
    if str(node.op) == "topk":
        return inner
    return {labels: FOLDS[str(node.op)](values) for labels, values in groups.items()}


def _call(node: promql.Call, figures: Series, at: float) -> Vector:
    if node.func.name in {"rate", "increase"}:
        (matrix,) = node.args
        seconds = matrix.range.total_seconds()
        per = seconds if node.func.name == "rate" else 1.0
        grown = {labels: _grown(value, at, seconds) for labels, value in _chosen(matrix.vector_selector, figures)}
        return {labels: value / per for labels, value in grown.items() if value is not None}
    if node.func.name == "histogram_quantile":
        quantile, buckets = (_evaluate(arg, figures, at) for arg in node.args)
        return _quantiles(float(quantile), buckets)
    raise NotImplementedError(node.prettify())


def _grown(value: Callable[[float], float | None], at: float, seconds: float) -> float | None:
    """How much a counter grew, extrapolated to the whole range; a fall is a new beginning at 0."""
    times = [at - seconds + n * STEP for n in range(1, int(seconds / STEP) + 1)]
    held = [(t, v) for t in times if (v := value(t)) is not None]
    if len(held) < 2:
        return None
    grown = sum(b - a if b >= a else b for (_, a), (_, b) in pairwise(held))
    return grown * seconds / (held[-1][0] - held[0][0])


def _quantiles(quantile: float, buckets: Vector) -> Vector:
    groups: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for labels, value in buckets.items():
        limit = next(v for k, v in labels if k == "le")
        groups[frozenset(pair for pair in labels if pair[0] != "le")].append((float(limit), value))
    return {labels: _quantile(quantile, sorted(group)) for labels, group in groups.items()}


def _quantile(quantile: float, buckets: list[tuple[float, float]]) -> float:
    rank, below, start = quantile * buckets[-1][1], 0.0, 0.0
    if not rank:
        return float("nan")
    for limit, count in buckets:
        if count >= rank:
            return start if limit == float("inf") else start + (limit - start) * (rank - below) / (count - below)
        below, start = count, limit
    return start


def _combine(sign: str, left: Vector | float, right: Vector | float) -> Vector | float:
    if isinstance(left, float) and isinstance(right, float):
        return OPERATORS[sign](left, right)
    assert isinstance(left, dict)
    other = dict.fromkeys(left, right) if isinstance(right, float) else right
    pairs = {labels: (value, other[labels]) for labels, value in left.items() if labels in other}
    if sign == "and":
        return {labels: value for labels, (value, _) in pairs.items()}
    if sign in COMPARISONS:
        return {labels: a for labels, (a, b) in pairs.items() if COMPARISONS[sign](a, b)}
    return {labels: OPERATORS[sign](a, b) for labels, (a, b) in pairs.items()}
