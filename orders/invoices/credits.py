"""What a credit note says: the refund's share of the invoice, with the tax that goes back with it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from orders.invoices.contents import GOODWILL, SHIPPING, Position, table_of, written_rate
from orders.models import Invoice, Refund, RefundLine
from orders.pricing.totals import spread, tax_on

_KEPT = ("language", "currency", "country", "tax_included", "order_number", "ordered_on", "buyer", "reverse_charge")


def credit_note_contents(refund: Refund, *, invoice: Invoice, issued_at: datetime) -> dict[str, Any]:
    """The credit note of a settled refund. The caller holds the order, so that what is left is left.

    Lines and delivery carry the tax that the refund gave back for them. What is not for anything is shared over the
    invoice's rates by what is left of each, so that a wholly credited invoice is credited to the last minor unit.
    """
    positions = [_line(row) for row in refund.lines.select_related("line").order_by("line_id")]
    if refund.shipping:
        positions.append(_shipping(refund, invoice))
    rest = refund.amount + refund.gift_card - sum(p.gross for p in positions)
    positions += _goodwill(rest, left=_left(invoice, positions))
    return {
        **{name: invoice.contents[name] for name in _KEPT},
        "seller": invoice.contents["seller"],
        "kind": Invoice.Kind.CREDIT_NOTE,
        "issued_on": issued_at.date().isoformat(),
        "paid_on": (refund.settled_at or issued_at).date().isoformat(),
        "invoice_number": invoice.number,
        "invoiced_on": invoice.contents["issued_on"],
        **table_of(positions),
        "payments": [],
    }


def _line(row: RefundLine) -> Position:
    line = row.line
    return Position(
        kind="",
        title=line.title,
        details=" · ".join(filter(None, (line.sku, line.variant_label))),
        quantity=row.quantity,
        unit_price=line.unit_price,
        discount=0,
        rate=written_rate(line.tax_rate),
        net=row.amount - row.tax,
        tax=row.tax,
    )


def _shipping(refund: Refund, invoice: Invoice) -> Position:
    charged = next((p for p in invoice.contents["positions"] if p["kind"] == SHIPPING), None)
    return Position(
        kind=SHIPPING,
        title="",
        details="",
        quantity=1,
        unit_price=charged["unit_price"] if charged else refund.shipping,
        discount=0,
        rate=charged["rate"] if charged else "0",
        net=refund.shipping - refund.shipping_tax,
        tax=refund.shipping_tax,
    )


def _left(invoice: Invoice, positions: list[Position]) -> dict[str, tuple[int, int]]:
    """By rate: what of the invoice's gross and tax was not credited yet."""
    left = {row["rate"]: (row["net"] + row["tax"], row["tax"]) for row in invoice.contents["rates"]}
    earlier = Invoice.objects.filter(order=invoice.order_id, kind=Invoice.Kind.CREDIT_NOTE)
    credited = [(row["rate"], row["net"] + row["tax"], row["tax"]) for c in earlier for row in c.contents["rates"]]
    for rate, gross, tax in [*credited, *((p.rate, p.gross, p.tax) for p in positions)]:
        of_gross, of_tax = left.get(rate, (0, 0))
        left[rate] = (max(of_gross - gross, 0), max(of_tax - tax, 0))
    return left


def _goodwill(amount: int, *, left: dict[str, tuple[int, int]]) -> list[Position]:
    if not amount:
        return []
    rates = sorted(left, key=Decimal, reverse=True)
    parts = spread(amount, [left[rate][0] for rate in rates])
    return [_part(part, rate, *left[rate]) for part, rate in zip(parts, rates, strict=True) if part] or [
        _part(amount, "0", amount, 0)
    ]


def _part(amount: int, rate: str, gross_left: int, tax_left: int) -> Position:
    tax = tax_left if amount == gross_left else min(tax_on(amount, Decimal(rate), included=True), tax_left)
    return Position(GOODWILL, "", "", 1, amount, 0, rate, amount - tax, tax)
