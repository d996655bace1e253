"""Rows of the sale. One file a thing; each row's own changes are verbs on its model."""

from orders.models.download import DownloadGrant
from orders.models.draft import Draft, DraftLine
from orders.models.fulfilment import Fulfilment, FulfilmentLine
from orders.models.gift_card import GiftCard, GiftCardEntry
from orders.models.invoice import Invoice, InvoiceSeries
from orders.models.mailing import Mailing
from orders.models.order import Order, OrderLine, OrderNote
from orders.models.partner import PartnerDelivery, PartnerEndpoint
from orders.models.payment import Payment, Refund, WebhookEvent
from orders.models.payment_operation import PaymentOperation
from orders.models.promotion import Coupon, OrderDiscount, Promotion, PromotionUse
from orders.models.refund_line import RefundLine
from orders.models.return_request import ReturnLine, ReturnRequest
from orders.models.sandbox import SandboxCharge, SandboxRefund
from orders.models.saved_cart import SavedCart
from orders.models.shipping import ShippingMethod, ShippingRate, ShippingZone
from orders.models.stock import StockItem, StockLevel, StockLocation
from orders.models.stock_alert import StockAlert
from orders.models.stock_movement import StockMovement
from orders.models.stock_reservation import StockReservation
from orders.models.together import BasketPair, BoughtTogether, TogetherRun
from orders.models.wishlist import Wishlist

__all__ = [
    "BasketPair",
    "BoughtTogether",
    "Coupon",
    "DownloadGrant",
    "Draft",
    "DraftLine",
    "Fulfilment",
    "FulfilmentLine",
    "GiftCard",
    "GiftCardEntry",
    "Invoice",
    "InvoiceSeries",
    "Mailing",
    "Order",
    "OrderDiscount",
    "OrderLine",
    "OrderNote",
    "PartnerDelivery",
    "PartnerEndpoint",
    "Payment",
    "PaymentOperation",
    "Promotion",
    "PromotionUse",
    "Refund",
    "RefundLine",
    "ReturnLine",
    "ReturnRequest",
    "SandboxCharge",
    "SandboxRefund",
    "SavedCart",
    "ShippingMethod",
    "ShippingRate",
    "ShippingZone",
    "StockAlert",
    "StockItem",
    "StockLevel",
    "StockLocation",
    "StockMovement",
    "StockReservation",
    "TogetherRun",
    "WebhookEvent",
    "Wishlist",
]
