"""Telling those who wait that a SKU can be bought again: each address once, in its language and market.

An alert is claimed before it is mailed; a worker that dies in between lets its claim run out, and is taken over.
"""

from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q, QuerySet

from catalog import queries as catalog
from catalog.domain import Freshness, Product, Status
from orders import alert_mail, stock
from orders.models import StockAlert
from orders.models.stock_alert import MAX_ATTEMPTS
from shopcloud.lib import guards

CLAIM = timedelta(minutes=10)
BATCH = 100
# Who was told is kept so long, for staff who are asked; who was never told waits no longer than this.
KEEP_TOLD, KEEP_WAITING = timedelta(days=30), timedelta(days=365)
log = structlog.get_logger()


def send_alerts(*, sku: str, now: datetime, batches: int = 50) -> int:
    """Mail everybody who waits for `sku`, as long as it can be bought; returns how many mails were sent."""
    sent = 0
    for _batch in range(batches):
        level = stock.levels([sku]).get(sku)
        waiting = _waiting(now).filter(sku=sku)
        ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids or level is None or level.available <= 0:
            break
        sent += _send_batch(ids, now)
    return sent


def is_awaited(sku: str) -> bool:
    """Whether anybody still waits for `sku`."""
    return StockAlert.objects.filter(sku=sku, notified_at__isnull=True).exists()


def due(*, now: datetime, limit: int = 100) -> list[str]:
    """The SKUs that can be bought and that somebody still waits for: their task was lost, or they never sold out."""
    skus = list(_waiting(now).order_by("sku").values_list("sku", flat=True).distinct()[:10_000])
    levels = stock.levels(skus)
    return [sku for sku in skus if sku in levels and levels[sku].available > 0][:limit]


def forget_old(*, now: datetime) -> int:
    """Delete addresses that were told long ago, or waited too long; returns how many."""
    told = Q(notified_at__lt=now - KEEP_TOLD)
    deleted, _by_model = StockAlert.objects.filter(told | Q(created_at__lt=now - KEEP_WAITING)).delete()
    return deleted


def _waiting(now: datetime) -> QuerySet[StockAlert]:
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - CLAIM)
    return StockAlert.objects.filter(free, notified_at__isnull=True, attempts__lt=MAX_ATTEMPTS)


def _send_batch(ids: list[int], now: datetime) -> int:
    alerts = StockAlert.objects.in_bulk(ids)
    wanted = {alert.product_id for alert in alerts.values()}
    products = catalog.products_by_id(sorted(wanted), freshness=Freshness.CACHED)
    sent = 0
    for pk, alert in sorted(alerts.items()):
        if _claim(pk, now):
            sent += _send(alert, products.get(alert.product_id), now)
    return sent


def _claim(pk: int, now: datetime) -> bool:
    # Counted when taken, not when failed: a mail that kills its worker must not be tried forever.
    wanted = _waiting(now) if guards.stands("alerts.claim") else StockAlert.objects
    return bool(wanted.filter(pk=pk).update(claimed_at=now, attempts=F("attempts") + 1))


def _send(alert: StockAlert, product: Product | None, now: datetime) -> bool:
    row = StockAlert.objects.filter(pk=alert.pk)
    if product is None or product.status is Status.ARCHIVED:
        # It will never be sold again: there is nothing left to wait for.
        row.delete()
        return False
    if not product.is_active or product.variant(alert.sku) is None:
        # A draft goes on sale again, and what a product gave up another may take. Left claimed, so that whoever waits
        # behind has their turn; nothing was tried.
        row.update(attempts=F("attempts") - 1)
        return False
    try:
        alert_mail.back_in_stock(alert, product).send()
    except OSError as error:
        # Left claimed: it is tried again when the claim runs out.
        log.warning("alert.not_sent", alert_id=alert.pk, reason=type(error).__name__)
        return False
    row.update(notified_at=now)
    return True
