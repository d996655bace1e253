"""The sale as staff see it: rows to read, and buttons that call the services."""

from orders.admin.downloads import DownloadGrantAdmin
from orders.admin.gift_cards import GiftCardAdmin
from orders.admin.invoices import InvoiceAdmin
from orders.admin.mailings import MailingAdmin
from orders.admin.orders import OrderAdmin
from orders.admin.partners import PartnerDeliveryAdmin, PartnerEndpointAdmin
from orders.admin.payments import PaymentAdmin, RefundAdmin
from orders.admin.promotions import CouponAdmin, PromotionAdmin, PromotionUseAdmin
from orders.admin.returns import ReturnRequestAdmin
from orders.admin.saved_carts import SavedCartAdmin
from orders.admin.shipping import ShippingMethodAdmin, ShippingZoneAdmin
from orders.admin.stock import StockItemAdmin, StockLevelAdmin
from orders.admin.stock_alerts import StockAlertAdmin
from orders.admin.stock_ledger import StockLocationAdmin, StockMovementAdmin, StockReservationAdmin
from orders.admin.webhooks import WebhookEventAdmin

__all__ = [
    "CouponAdmin",
    "DownloadGrantAdmin",
    "GiftCardAdmin",
    "InvoiceAdmin",
    "MailingAdmin",
    "OrderAdmin",
    "PartnerDeliveryAdmin",
    "PartnerEndpointAdmin",
    "PaymentAdmin",
    "PromotionAdmin",
    "PromotionUseAdmin",
    "RefundAdmin",
    "ReturnRequestAdmin",
    "SavedCartAdmin",
    "ShippingMethodAdmin",
    "ShippingZoneAdmin",
    "StockAlertAdmin",
    "StockItemAdmin",
    "StockLevelAdmin",
    "StockLocationAdmin",
    "StockMovementAdmin",
    "StockReservationAdmin",
    "WebhookEventAdmin",
]
