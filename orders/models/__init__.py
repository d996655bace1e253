"""Rows of the sale. One file a thing; each row's own changes are verbs on its model."""

from orders.models.download import DownloadGrant
from orders.models.order import Order, OrderLine, OrderNote
from orders.models.payment import Payment, Refund, SandboxCharge, WebhookEvent
from orders.models.stock import StockLevel, StockMovement

__all__ = [
    "DownloadGrant",
    "Order",
    "OrderLine",
    "OrderNote",
    "Payment",
    "Refund",
    "SandboxCharge",
    "StockLevel",
    "StockMovement",
    "WebhookEvent",
]
