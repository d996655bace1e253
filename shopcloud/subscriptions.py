"""The one table of event -> handlers: who reacts to what. Handlers are called by the outbox relay, at least once."""

from accounts import events as accounts
from analytics import services as lake
from catalog import events as catalog
from orders import events as orders
from orders import handlers as orders_handlers
from orders.partners import recording as partners
from shopcloud.lib.outbox import Subscriptions
from shopcloud.wiring import (
    catalog_handlers,
    event_topic,
    notifications,
    product_exports,
    product_imports,
    watched,
)
from shopcloud.wiring.everywhere import everywhere

HANDLERS: Subscriptions = {
    catalog.ProductChanged: [catalog_handlers.index_product, catalog_handlers.forget_page],
    catalog.SaveUnanswered: [catalog_handlers.settle_save],
    catalog.VariantsAdded: [everywhere(catalog_handlers.find_stock)],
    catalog.PriceLowered: [everywhere(watched.watch_price)],
    catalog.CategoryChanged: [catalog_handlers.forget_category],
    catalog.CategoryMoveAsked: [everywhere(orders_handlers.follow_category), catalog_handlers.move_category],
    catalog.ReviewAnswered: [everywhere(orders_handlers.mail_review), everywhere(notifications.tell_review)],
    catalog.ImportLookAsked: [product_imports.nudge_look],
    catalog.ImportConfirmed: [product_imports.nudge],
    catalog.ExportAsked: [product_exports.nudge],
    catalog.CollectionsChanged: [catalog_handlers.forget_collections],
    catalog.FeaturedChanged: [catalog_handlers.forget_home],
    # By its order it is known whose a review is.
    accounts.EmailVerified: [orders_handlers.claim_orders, orders_handlers.claim_reviews],
    orders.OrderPlaced: [orders_handlers.claim_order],
    orders.PaymentRequested: [orders_handlers.mail_payment_request],
    orders.AvailabilityChanged: [
        catalog_handlers.show_availability,
        orders_handlers.mail_those_who_wait,
        watched.watch_stock,
    ],
    orders.LowStock: [orders_handlers.mail_low_stock],
    orders.OrderPaid: [
        orders_handlers.make_invoice,
        orders_handlers.mail_confirmation,
        notifications.tell_paid,
        partners.tell_paid,
        event_topic.tell,
    ],
    orders.MailRequested: [orders_handlers.mail_request],
    orders.OrderShipped: [orders_handlers.mail_shipment, notifications.tell_shipped, partners.tell_shipped],
    orders.OrderCancelled: [
        orders_handlers.refund_cancelled_order,
        orders_handlers.mail_cancellation,
        notifications.tell_cancelled,
        partners.tell_cancelled,
    ],
    orders.OrderLookedUp: [orders_handlers.mail_order_link],
    orders.ReturnApproved: [
        orders_handlers.mail_return_approved,
        notifications.tell_return_approved,
        partners.tell_return_approved,
    ],
    orders.ReturnDeclined: [
        orders_handlers.mail_return_declined,
        notifications.tell_return_declined,
        partners.tell_return_declined,
    ],
    orders.RefundRequested: [orders_handlers.settle_refund],
    orders.OperationRequested: [orders_handlers.settle_operation],
    orders.Purchased: [lake.record_purchase],
    orders.PaymentRefunded: [
        orders_handlers.make_credit_note,
        orders_handlers.mail_refund,
        notifications.tell_refunded,
        partners.tell_refunded,
    ],
}
