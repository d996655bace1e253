"""Orders' background work. Every task may run twice, and takes `**_` so that a newer release may send more."""

from typing import Any

from celery import shared_task

from orders import mail
from orders.carts import store
from orders.payments import sandbox_delivery
from orders.services import expire_orders, pay_order, refund_order
from shopcloud.lib import clock


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_backoff_max=600, max_retries=8)
def send_order_mail(
    *,
    order_number: str,
    kind: str,
    refund_id: int | None = None,
    fulfilment_id: int | None = None,
    return_id: int | None = None,
    occasion: str = "",
    **_: Any,
) -> None:
    """Send one mail about an order; a mail server that is away is tried again for about half an hour."""
    about = {"refund_id": refund_id, "fulfilment_id": fulfilment_id, "return_id": return_id}
    mail.send_order_mail(order_number=order_number, kind=kind, now=clock.now(), occasion=occasion, **about)


@shared_task
def reconcile_payments(**_: Any) -> None:
    """Ask the provider about payments and refunds whose answer has not come."""
    pay_order.reconcile_payments(now=clock.now())
    refund_order.reconcile_refunds(now=clock.now())


@shared_task
def settle_refund(*, refund_id: int, **_: Any) -> None:
    """Ask the provider for one promised refund."""
    refund_order.settle_refund(refund_id=refund_id, now=clock.now())


@shared_task(autoretry_for=(sandbox_delivery.NotDelivered,), retry_backoff=2, retry_backoff_max=60, max_retries=6)
def deliver_sandbox_webhook(*, charge_id: str, **_: Any) -> None:
    """The built-in provider's worker: bring a charge's event to the shop, again if it is not taken."""
    sandbox_delivery.deliver(charge_id)


@shared_task
def sweep_carts(**_: Any) -> None:
    """Forget the carts nobody touched for CART_DAYS."""
    now = clock.now()
    while store.sweep(now=now):
        pass


@shared_task
def expire_unpaid_orders(**_: Any) -> None:
    """Give back what was promised to orders that nobody paid in time."""
    expire_orders.expire_unpaid_orders(now=clock.now())
