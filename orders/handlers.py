"""What follows from orders' events. Called by the outbox relay, at least once: each one hands a task its ids."""

from orders import tasks
from orders.events import (
    ConfirmationRequested,
    OrderCancelled,
    OrderLookedUp,
    OrderPaid,
    OrderShipped,
    PaymentRefunded,
    RefundRequested,
)
from orders.services import look_up_order, refund_order
from shopcloud.lib import clock


def mail_confirmation(event: OrderPaid | ConfirmationRequested) -> None:
    tasks.send_order_mail.delay(order_number=event.order_number, kind="confirmation")


def mail_shipment(event: OrderShipped) -> None:
    tasks.send_order_mail.delay(order_number=event.order_number, kind="shipment", fulfilment_id=event.fulfilment_id)


def mail_cancellation(event: OrderCancelled) -> None:
    tasks.send_order_mail.delay(order_number=event.order_number, kind="cancellation")


def mail_refund(event: PaymentRefunded) -> None:
    tasks.send_order_mail.delay(order_number=event.order_number, kind="refund", refund_id=event.refund_id)


def mail_order_link(event: OrderLookedUp) -> None:
    order = look_up_order.order_meant(number=event.order_number, email_digest=event.email_digest)
    if order is not None:
        tasks.send_order_mail.delay(order_number=order.number, kind="order_link", occasion=event.occasion)


def refund_cancelled_order(event: OrderCancelled) -> None:
    refund_order.refund_cancelled_order(order_number=event.order_number, now=clock.now())


def settle_refund(event: RefundRequested) -> None:
    tasks.settle_refund.delay(refund_id=event.refund_id)
