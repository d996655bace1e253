"""What follows from orders' events. Called by the outbox relay, at least once: each one hands a task its ids."""

from accounts.events import EmailVerified
from catalog.events import CategoryMoveAsked, ReviewAnswered
from orders import mailings, review_mail, tasks
from orders.events import (
    AvailabilityChanged,
    LowStock,
    MailRequested,
    OperationRequested,
    OrderCancelled,
    OrderLookedUp,
    OrderPaid,
    OrderPlaced,
    OrderShipped,
    PaymentRefunded,
    PaymentRequested,
    RefundRequested,
    ReturnApproved,
    ReturnDeclined,
)
from orders.services import claim_orders as claims
from orders.services import claim_reviews as reviews
from orders.services import follow_category as promotions
from orders.services import issue_invoice, look_up_order, refund_order, send_alerts
from shopcloud.lib import clock


def mail_confirmation(event: OrderPaid) -> None:
    _mail(event.order_number, "confirmation")


def mail_request(event: MailRequested) -> None:
    _mail(event.order_number, event.kind, about=event.about, occasion=event.occasion)


def mail_shipment(event: OrderShipped) -> None:
    _mail(event.order_number, "shipment", about=event.fulfilment_id)


def mail_cancellation(event: OrderCancelled) -> None:
    _mail(event.order_number, "cancellation")


def mail_refund(event: PaymentRefunded) -> None:
    _mail(event.order_number, "refund", about=event.refund_id)


def mail_return_approved(event: ReturnApproved) -> None:
    _mail(event.order_number, "return_approved", about=event.return_id)


def mail_return_declined(event: ReturnDeclined) -> None:
    _mail(event.order_number, "return_declined", about=event.return_id)


def mail_order_link(event: OrderLookedUp) -> None:
    order = look_up_order.order_meant(number=event.order_number, email_digest=event.email_digest)
    if order is not None:
        _mail(order.number, "order_link", occasion=event.occasion)


def mail_payment_request(event: PaymentRequested) -> None:
    _mail(event.order_number, "payment_request")


def mail_review(event: ReviewAnswered) -> None:
    line = review_mail.line_of(order_number=event.purchase, product_id=event.product_id)
    if line is not None:
        _mail(event.purchase, f"review_{event.outcome}", about=line.pk, occasion=f"{event.review_id}.{event.version}")


def claim_orders(event: EmailVerified) -> None:
    claims.claim_orders(user_id=event.user_id)


def claim_reviews(event: EmailVerified) -> None:
    reviews.claim_reviews(user_id=event.user_id)


def claim_order(event: OrderPlaced) -> None:
    claims.claim_order(order_number=event.order_number)


def make_invoice(event: OrderPaid) -> None:
    issue_invoice.issue_invoice(order_number=event.order_number, now=clock.now())


def make_credit_note(event: PaymentRefunded) -> None:
    issue_invoice.issue_credit_note(refund_id=event.refund_id, now=clock.now())


def refund_cancelled_order(event: OrderCancelled) -> None:
    refund_order.refund_cancelled_order(order_number=event.order_number, now=clock.now())


def settle_refund(event: RefundRequested) -> None:
    tasks.settle_refund.delay(refund_id=event.refund_id)


def settle_operation(event: OperationRequested) -> None:
    tasks.settle_operation.delay(operation_id=event.operation_id)


def mail_those_who_wait(event: AvailabilityChanged) -> None:
    if event.in_stock and send_alerts.is_awaited(event.sku):
        tasks.send_stock_alerts.delay(sku=event.sku)


def mail_low_stock(event: LowStock) -> None:
    tasks.send_low_stock_mail.delay(sku=event.sku, available=event.available, low_at=event.low_at)


def follow_category(event: CategoryMoveAsked) -> None:
    promotions.follow_category(old=event.old, new=event.new)


def _mail(order_number: str, kind: str, *, about: int | None = None, occasion: str = "") -> None:
    mailing = mailings.queue(order_number=order_number, kind=kind, about=about, occasion=occasion, now=clock.now())
    tasks.send_order_mail.delay(mailing_id=mailing.pk)
