"""What a refund gives back, by line: the exact share of what was paid, counted so that nothing is paid back twice.

Shares come from the sums the order was sold at, never from its rates. All units of a line together give back what was
paid for it to the minor unit; what does not divide is carried from unit to unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from orders.models import DownloadGrant, Order, OrderLine, Refund, RefundLine
from shopcloud.lib import guards


class RefundTooLarge(Exception):
    """More was asked back than is left of the payment."""

    def __str__(self) -> str:
        return _("That is more than is left of the payment. Enter a smaller amount.")


class UnitsRefunded(RefundTooLarge):
    """More units of a line than have not been paid back yet."""

    def __init__(self, *, sku: str, left: int):
        self.sku, self.left = sku, left
        super().__init__(sku)

    def __str__(self) -> str:
        return _("Of %(sku)s, %(left)d can still be refunded.") % {"sku": self.sku, "left": self.left}


class ShippingRefunded(RefundTooLarge):
    """Shipping is given back once."""

    def __str__(self) -> str:
        return _("The shipping of this order was given back before.")


@dataclass(frozen=True, slots=True)
class Part:
    """Units of one line with their share: `amount` minor units, `tax` of them tax."""

    line: OrderLine
    quantity: int
    amount: int
    tax: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What one refund is for. `shipping` is None where it is not part of the refund."""

    parts: tuple[Part, ...] = ()
    shipping: int | None = None
    shipping_tax: int = 0

    @property
    def total(self) -> int:
        return sum(part.amount for part in self.parts) + (self.shipping or 0)

    def within(self, most: int) -> "Plan":
        """The same units for at most `most`: where goodwill was paid before, the rest is less than their share."""
        parts = []
        for part in self.parts:
            amount = min(part.amount, most)
            most -= amount
            parts.append(Part(part.line, part.quantity, amount, _scaled(part.tax, amount, part.amount)))
        if self.shipping is None:
            return Plan(tuple(parts))
        shipping = min(self.shipping, most)
        return Plan(tuple(parts), shipping, _scaled(self.shipping_tax, shipping, self.shipping))


def paid_for(line: OrderLine, *, order: Order) -> int:
    """Minor units the buyer paid for a line: after its discount, with its tax."""
    return line.total - line.discount + (0 if order.tax_included else line.tax)


def paid_for_shipping(order: Order) -> int:
    """Minor units paid for shipping, with its tax: what of the order's total no line accounts for."""
    return order.total - sum(paid_for(line, order=order) for line in order.lines.all())


def plan(order: Order, quantities: Mapping[str, int], *, shipping: bool = False) -> Plan:
    """The shares of units (SKU -> how many) and of shipping. Raises UnitsRefunded, ShippingRefunded."""
    lines = {line.sku: line for line in order.lines.all()}
    parts = []
    for sku, quantity in sorted(quantities.items()):
        line = lines.get(sku)
        if line is None or quantity < 1:
            raise UnitsRefunded(sku=sku, left=_refundable(line) if line else 0)
        parts.append(_part(order, line, quantity))
    if not shipping:
        return Plan(tuple(parts))
    if order.shipping_refunded:
        raise ShippingRefunded
    return Plan(tuple(parts), paid_for_shipping(order), order.shipping_tax)


def plan_of_all(order: Order) -> Plan:
    """The shares of everything that was not paid back yet."""
    quantities = {line.sku: _refundable(line) for line in order.lines.all() if _refundable(line)}
    return plan(order, quantities, shipping=not order.shipping_refunded)


def count(refund: Refund, given: Plan, *, order: Order, now: datetime) -> None:
    """Write a refund's plan onto the lines it is for, in the transaction that promises it.

    A line that is paid back whole loses a download that was not fetched. Raises UnitsRefunded, ShippingRefunded when
    another refund was first.
    """
    for part in given.parts:
        _count_units(part)
        if OrderLine.objects.filter(pk=part.line.pk, kind="digital", refunded=F("quantity")).exists():
            # Of the grant's own columns alone: a condition on a joined table is not looked at again after a wait.
            DownloadGrant.objects.filter(line=part.line, redeemed_at__isnull=True).update(revoked_at=now)
    RefundLine.objects.bulk_create(
        RefundLine(refund=refund, line=part.line, quantity=part.quantity, amount=part.amount, tax=part.tax)
        for part in given.parts
    )
    if given.shipping is not None:
        row = Order.objects.filter(pk=order.pk)
        if guards.stands("refunds.request"):
            row = row.filter(shipping_refunded=False)
        if not row.update(shipping_refunded=True):
            raise ShippingRefunded


def uncount(refund: Refund) -> None:
    """Take a refund that the provider refused off its lines again."""
    for row in refund.lines.select_related("line"):
        OrderLine.objects.filter(pk=row.line_id).update(
            refunded=F("refunded") - row.quantity,
            refunded_amount=F("refunded_amount") - row.amount,
            refunded_tax=F("refunded_tax") - row.tax,
        )
        DownloadGrant.objects.filter(line=row.line_id, redeemed_at__isnull=True).update(revoked_at=None)
    if refund.shipping:
        Order.objects.filter(pk=refund.payment.order_id).update(shipping_refunded=False)


def _count_units(part: Part) -> None:
    row = OrderLine.objects.filter(pk=part.line.pk)
    if guards.stands("refunds.request"):
        row = row.filter(quantity__gte=F("refunded") + part.quantity)
    counted = row.update(
        refunded=F("refunded") + part.quantity,
        refunded_amount=F("refunded_amount") + part.amount,
        refunded_tax=F("refunded_tax") + part.tax,
    )
    if not counted:
        raise UnitsRefunded(sku=part.line.sku, left=_refundable(part.line))


def _part(order: Order, line: OrderLine, quantity: int) -> Part:
    upto = min(line.refunded + quantity, line.quantity)
    return Part(
        line=line,
        quantity=quantity,
        # Measured from what was really given: a refund that failed in between leaves no gap and no double.
        amount=max(0, paid_for(line, order=order) * upto // line.quantity - line.refunded_amount),
        tax=max(0, line.tax * upto // line.quantity - line.refunded_tax),
    )


def _refundable(line: OrderLine) -> int:
    return line.quantity - line.refunded


def _scaled(tax: int, amount: int, whole: int) -> int:
    return tax * amount // whole if whole else 0
