"""The ledger for people and programs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from deploy.cost.ledger import FACTORS, Bill, bill, saved_by_ageing
from deploy.cost.prices import prices
from deploy.cost.usage import Phase, assumed, phases

Table = tuple[str, list[str], list[list[str]]]


def tables() -> list[Table]:
    bills = [bill(phase) for phase in phases()]
    return [_services(bills), _beside(bills), _traffic(phases()), _ageing(phases())]


def _services(bills: Sequence[Bill]) -> Table:
    sums = [one.by_service() for one in bills]
    names = sorted({name for found in sums for name in found}, key=lambda name: -sums[-1].get(name, 0))
    rows = [[name, *(_usd(found.get(name, 0)) for found in sums)] for name in names]
    rows.append(["**total**", *(_usd(one.total) for one in bills)])
    rows.append(["of it by prices from memory", *(f"{one.from_memory / one.total:.0%}" for one in bills)])
    return "A month by service, USD", ["service", *(one.phase.name for one in bills)], rows


def _beside(bills: Sequence[Bill]) -> Table:
    rows = [
        [
            one.phase.name,
            one.phase.what,
            f"{one.phase.visits:,.0f}",
            f"{one.phase.orders:,.0f}",
            _usd(one.total),
            f"{one.per_order:.4f}",
            f"{one.phase.document}: {_usd(one.phase.document_monthly)}",
            f"{one.total - one.phase.document_monthly:+,.0f}",
        ]
        for one in bills
    ]
    head = ["phase", "what", "visits a day", "orders a day", "ledger", "per order", "document", "difference"]
    return "Beside the documents, USD a month", head, rows


def _traffic(found: Iterable[Phase]) -> Table:
    rows = []
    for phase in found:
        made = [bill(phase.times(factor)) for factor in FACTORS]
        rows.append([phase.name, *(f"{_usd(one.total)} ({one.per_order:.4f} an order)" for one in made)])
    return "The same phase under more traffic, USD a month", ["phase", *(f"{f}x" for f in FACTORS)], rows


def _ageing(found: Sequence[Phase]) -> Table:
    saved = [saved_by_ageing(phase) for phase in found]
    rows = [[name, *(_usd(one[name]) for one in saved)] for name in saved[0]]
    return "What the lifecycle rules save, USD a month", ["rule", *(phase.name for phase in found)], rows


def _usd(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:,.2f}"


def plain() -> str:
    return "\n\n".join(_plain(*table) for table in tables()) + "\n"


def _plain(title: str, head: list[str], rows: list[list[str]]) -> str:
    cells = [[cell.replace("*", "") for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in cells]
    return "\n".join([title, "", *lines])


def markdown() -> str:
    parts = []
    for title, head, rows in tables():
        lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
        parts.append("\n".join([f"## {title}", "", *(f"| {' | '.join(row)} |" for row in lines)]))
    said = "\n".join(f"- {line}" for line in assumed()["differences"])
    parts.insert(2, f"Why they differ:\n\n{said}")
    return "\n\n".join(parts) + "\n"


def as_json() -> str:
    found: dict[str, Any] = {"prices_recorded": max(price.date for price in prices().values())}
    for phase in phases():
        made = bill(phase)
        found[phase.name] = {
            "total": round(made.total, 2),
            "per_order": round(made.per_order, 6),
            "document": {"name": phase.document, "total": phase.document_monthly},
            "services": {name: round(usd, 2) for name, usd in made.by_service().items()},
            "traffic": {str(factor): round(bill(phase.times(factor)).total, 2) for factor in FACTORS},
            "saved_by_ageing": {name: round(usd, 2) for name, usd in saved_by_ageing(phase).items()},
            "lines": [
                {
                    "module": line.module,
                    "service": line.service,
                    "what": line.what,
                    "region": line.region,
                    "quantity": round(line.quantity, 4),
                    "price": line.price,
                    "usd": round(line.usd, 4),
                }
                for line in made.lines
            ],
        }
    return json.dumps(found, indent=2) + "\n"
