"""Orders' background work. Every task may run twice, and takes `**_` so that a newer release may send more."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.conf import settings

from orders import alert_mail, downloads, mailings
from orders.carts import mirror, sweep
from orders.partners import sending
from orders.payments import sandbox_delivery
from orders.services import capture_payment, count_together, expire_orders, reconcile_money, refund_order, send_alerts
from orders.services import check_books as books
from shopcloud.lib import clock

SWEEP_SECONDS = 60.0


@shared_task
def send_order_mail(*, mailing_id: int, **_: Any) -> None:
    """Send one mail about an order. One that fails is handed over again by `hand_over_waiting_mails`."""
    mailings.send(mailing_id=mailing_id, now=clock.now())


@shared_task
def hand_over_waiting_mails(**_: Any) -> None:
    """Give the mails that failed, or whose task or worker was lost, to a worker again."""
    for mailing_id in mailings.due(now=clock.now()):
        send_order_mail.delay(mailing_id=mailing_id)


@shared_task
def reconcile_payments(**_: Any) -> None:
    """Ask the provider about payments, captures, voids and refunds whose answer has not come."""
    reconcile_money.reconcile_money(now=clock.now())


@shared_task
def settle_refund(*, refund_id: int, **_: Any) -> None:
    """Ask the provider for one promised refund."""
    refund_order.settle_refund(refund_id=refund_id, now=clock.now())


@shared_task
def settle_operation(*, operation_id: int, **_: Any) -> None:
    """Ask the provider for one capture or void."""
    capture_payment.settle_operation(operation_id=operation_id, now=clock.now())


@shared_task(autoretry_for=(sandbox_delivery.NotDelivered,), retry_backoff=2, retry_backoff_max=60, max_retries=6)
def deliver_sandbox_webhook(
    *, charge_id: str, status: str | None = None, refund_id: str | None = None, **_: Any
) -> None:
    """The built-in provider's worker: bring a charge's event to the shop, again if it is not taken."""
    sandbox_delivery.deliver(charge_id, status=status, refund_id=refund_id)


@shared_task
def grant_downloads(*, order_number: str, **_: Any) -> None:
    """Give a paid order the links that it lacks; one that is not paid, or was called off, gets none."""
    downloads.grant_missing(order_number=order_number, now=clock.now())


@shared_task
def sweep_carts(**_: Any) -> None:
    """Forget the carts nobody touched for CART_DAYS, and people's own after SAVED_CART_DAYS."""
    now = clock.now()
    sweep.sweep_for(now=now, seconds=SWEEP_SECONDS)
    mirror.forget_untouched(before=now - timedelta(days=settings.SAVED_CART_DAYS))


@shared_task
def send_stock_alerts(*, sku: str, **_: Any) -> None:
    """Tell those who wait for a SKU that it can be bought again."""
    send_alerts.send_alerts(sku=sku, now=clock.now())


@shared_task
def send_due_alerts(**_: Any) -> None:
    """Tell those whose task was lost, and forget addresses that are not needed any more."""
    now = clock.now()
    for sku in send_alerts.due(now=now):
        send_alerts.send_alerts(sku=sku, now=now)
    send_alerts.forget_old(now=now)


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_backoff_max=600, max_retries=8)
def send_low_stock_mail(*, sku: str, available: int, low_at: int, **_: Any) -> None:
    """Tell staff that a SKU runs low; a mail server that is away is tried again for about half an hour."""
    if settings.STOCK_ALERT_EMAILS:
        alert_mail.low_stock(sku=sku, available=available, low_at=low_at, to=settings.STOCK_ALERT_EMAILS).send()


@shared_task
def expire_unpaid_orders(**_: Any) -> None:
    """Give back what was promised to orders that nobody paid in time."""
    expire_orders.expire_unpaid_orders(now=clock.now())


@shared_task
def check_books(**_: Any) -> None:
    """Log an error for whatever of the stock and money books does not balance."""
    books.check_books()


@shared_task
def count_bought_together(**_: Any) -> None:
    """Renew what product pages say is bought together; goes on where a lost worker stopped."""
    count_together.count_together(now=clock.now())


@shared_task
def deliver_to_partner(*, delivery_id: int, **_: Any) -> None:
    """Try one webhook to a partner, unless another worker has it."""
    sending.deliver(delivery_id=delivery_id, now=clock.now())


@shared_task
def hand_over_partner_deliveries(**_: Any) -> None:
    """Give the webhooks that are due to workers: those to be tried again, and those whose task was lost."""
    for delivery_id in sending.due(now=clock.now()):
        deliver_to_partner.delay(delivery_id=delivery_id)
