"""What an invoice says: worked out once from the order when it is issued, kept as plain values.

Amounts are minor units of the order's currency; of each position `gross` = `net` + `tax`, after its discount.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from orders.invoices.seller import seller_for
from orders.models import Invoice, Order, OrderLine, Payment

SHIPPING, GOODWILL, GIFT_CARD = "shipping", "goodwill", "gift_card"
# Downloads go to no address: they are sold as delivered in the market's own country.
_HOME = {"us": "US", "uk": "GB", "de": "DE", "fr": "FR"}


class DoesNotAddUp(Exception):
    """The positions do not sum to what the order costs: better no invoice than a wrong one."""

    def __str__(self) -> str:
        number, positions, total = self.args
        return f"The positions of {number} sum to {positions}, but it costs {total}. Look at its lines."


@dataclass(frozen=True, slots=True)
class Position:
    """One row: goods, delivery or a sum given back. `kind` is empty for goods, else SHIPPING or GOODWILL."""

    kind: str
    title: str
    details: str
    quantity: int
    unit_price: int
    discount: int
    rate: str
    net: int
    tax: int

    @property
    def gross(self) -> int:
        return self.net + self.tax


def invoice_contents(order: Order, *, issued_at: datetime) -> dict[str, Any]:
    """The invoice of a paid order. Raises DoesNotAddUp."""
    positions = [_goods(order, line) for line in order.lines.order_by("pk")]
    if order.shipping:
        positions.append(_shipping(order))
    if sum(p.gross for p in positions) != order.total:
        raise DoesNotAddUp(order.number, sum(p.gross for p in positions), order.total)
    return {**_head(order, issued_at), **table_of(positions), "payments": _payments(order)}


def table_of(positions: Iterable[Position]) -> dict[str, Any]:
    """The rows, the sums by rate of tax, and the totals."""
    rows = list(positions)
    rates = {
        rate: {
            "rate": rate,
            "net": sum(p.net for p in rows if p.rate == rate),
            "tax": sum(p.tax for p in rows if p.rate == rate),
        }
        for rate in sorted({p.rate for p in rows}, key=Decimal, reverse=True)
    }
    return {
        "positions": [{**asdict(p), "gross": p.gross} for p in rows],
        "rates": list(rates.values()),
        "discount": sum(p.discount for p in rows),
        "net": sum(p.net for p in rows),
        "tax": sum(p.tax for p in rows),
        "total": sum(p.gross for p in rows),
    }


def _head(order: Order, issued_at: datetime) -> dict[str, Any]:
    country = order.tax_country or order.shipping_address.get("country") or _HOME.get(order.market, "")
    return {
        "kind": Invoice.Kind.INVOICE,
        "language": order.language,
        "currency": order.currency,
        "country": country,
        "tax_included": order.tax_included,
        "order_number": order.number,
        "ordered_on": order.placed_at.date().isoformat(),
        "paid_on": (order.paid_at or issued_at).date().isoformat(),
        "issued_on": issued_at.date().isoformat(),
        "seller": asdict(seller_for(country)),
        "buyer": {"lines": _buyer(order), "email": order.email, "vat_id": order.vat_id},
        "reverse_charge": order.reverse_charge,
    }


def _buyer(order: Order) -> list[str]:
    """The name and address of delivery, a company's name first."""
    lines = order.address_lines
    return [order.company, *lines] if order.company else lines


def _goods(order: Order, line: OrderLine) -> Position:
    charged = line.total - line.discount
    return Position(
        kind="",
        title=line.title,
        details=" · ".join(filter(None, (line.sku, line.variant_label))),
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        rate=written_rate(line.tax_rate),
        net=charged - line.tax if order.tax_included else charged,
        tax=line.tax,
    )


def _shipping(order: Order) -> Position:
    return Position(
        kind=SHIPPING,
        title="",
        details="",
        quantity=1,
        unit_price=order.shipping,
        discount=0,
        rate=written_rate(order.shipping_tax_rate),
        net=order.shipping - order.shipping_tax if order.tax_included else order.shipping,
        tax=order.shipping_tax,
    )


def written_rate(rate: Decimal) -> str:
    """The rate as a fraction without idle zeros: "0.19", "0"."""
    return f"{rate.normalize():f}"


def _payments(order: Order) -> list[dict[str, Any]]:
    """What was paid, and how."""
    held = Payment.objects.filter(order=order, status__in=[Payment.Status.CAPTURED, Payment.Status.REFUNDED])
    by_card = [{"by": GIFT_CARD, "amount": order.gift_card}] if order.gift_card else []
    return by_card + [{"by": payment.gateway, "amount": payment.captured} for payment in held.order_by("attempt")]
