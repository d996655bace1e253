"""Orders' background work. Every task may run twice, and takes `**_` so that a newer release may send more."""

from typing import Any

from celery import shared_task

from orders.carts import store
from orders.services import expire_orders
from shopcloud.lib import clock


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
