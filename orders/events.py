"""What orders tell the rest of the shop. Ids and plain values only; no personal data."""

from dataclasses import dataclass, field
from typing import Any

from shopcloud.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    order_number: str


@dataclass(frozen=True, kw_only=True)
class OrderPaid(Event):
    order_number: str
    payment_id: int


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    order_number: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class OrderShipped(Event):
    """A parcel left the house."""

    order_number: str
    fulfilment_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MailRequested(Event):
    """Staff want a mail about the order sent, as `occasion` tells apart once more."""

    order_number: str
    kind: str
    occasion: str
    about: int | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentRequested(Event):
    """Staff made the order for its buyer, who is to be sent a link to pay it."""

    order_number: str


@dataclass(frozen=True, kw_only=True)
class OrderLookedUp(Event):
    """Somebody wants the link to an order. Whether there is one, and whether it has this email, is not known yet."""

    order_number: str
    email_digest: str
    occasion: str


@dataclass(frozen=True, kw_only=True)
class ReturnApproved(Event):
    """The customer is to be told where the goods go."""

    order_number: str
    return_id: int


@dataclass(frozen=True, kw_only=True)
class ReturnDeclined(Event):
    order_number: str
    return_id: int


@dataclass(frozen=True, kw_only=True)
class RefundRequested(Event):
    """A refund's intent row is there; the provider is still to be asked."""

    order_number: str
    refund_id: int


@dataclass(frozen=True, kw_only=True)
class OperationRequested(Event):
    """The intent row of a capture or a void is there; the provider is still to be asked."""

    order_number: str
    operation_id: int


@dataclass(frozen=True, kw_only=True)
class PaymentRefunded(Event):
    order_number: str
    refund_id: int
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class AvailabilityChanged(Event):
    """A SKU went from buyable to sold out or back; recorded only when it crosses that line."""

    product_id: str
    sku: str
    in_stock: bool
    # When, in ISO format; empty in events of an earlier release.
    at: str = ""


@dataclass(frozen=True, kw_only=True)
class LowStock(Event):
    """What is available of a SKU fell to its threshold; recorded only when it crosses that line downward."""

    product_id: str
    sku: str
    available: int
    low_at: int


@dataclass(frozen=True, kw_only=True)
class Purchased(Event):
    """An order was paid: the lake's purchase record, complete in itself."""

    order_number: str
    occurred_at: str
    currency: str
    total: int
    market: str
    lines: list[dict[str, Any]] = field(default_factory=list)
