"""The whole shop's own tasks. Each takes `**_`, so that a newer release may send more."""

from datetime import timedelta
from typing import Any

from celery import shared_task

from catalog.events import PriceLowered
from catalog.exporting import background as exporting
from catalog.exporting import exports
from catalog.importing import background, imports, looks
from orders.services import remind_of_cart as reminders
from shopcloud import pages, subscriptions
from shopcloud.lib import clock, idempotency, outbox, redis
from shopcloud.lib.resilience import TierUnavailable
from shopcloud.markets import MARKETS, US
from shopcloud.wiring import product_imports, retention, sealing, watched, wish_mails

DELIVERED_KEPT = timedelta(days=7)


@shared_task
def relay_outbox(**_: Any) -> None:
    """Deliver due events until none is left or the tick is over."""
    for _round in range(20):
        if not outbox.relay(subscriptions=subscriptions.HANDLERS, now=clock.now()):
            return


@shared_task
def import_products(*, import_id: int, **_: Any) -> None:
    """Go on with an import of products, unless another worker has it."""
    product_imports.go_on(import_id)


@shared_task
def look_at_import(*, import_id: int, **_: Any) -> None:
    """Make the look at a file of products, unless another worker is at it."""
    looks.make(import_id=import_id, now=clock.now())


@shared_task
def go_on_with_imports(**_: Any) -> None:
    """Give the imports, and the looks at files, whose task or worker was lost to a worker again."""
    for import_id in looks.due(now=clock.now()):
        look_at_import.delay(import_id=import_id)
    for import_id in background.due(now=clock.now()):
        import_products.delay(import_id=import_id)


@shared_task(autoretry_for=redis.Unavailable, retry_backoff=2, max_retries=5)
def forget_category_pages(*, path: str, **_: Any) -> None:
    """Drop what is kept of a category's pages."""
    pages.forget_category_pages(path)


# A large catalog takes longer than other tasks. Should the broker hand it to a second worker, the lease keeps it off.
@shared_task(soft_time_limit=3_540, time_limit=3_600)
def export_products(*, export_id: int, **_: Any) -> None:
    """Make an export of products, unless another worker is at it."""
    exporting.run(export_id=export_id, now=clock.now())


@shared_task
def go_on_with_exports(**_: Any) -> None:
    """Give the exports whose task or worker was lost to a worker again."""
    for export_id in exporting.due(now=clock.now()):
        export_products.delay(export_id=export_id)


@shared_task
def sweep_import_files(**_: Any) -> None:
    """Let go of the files of imports and exports that are long over, and of looks that are old."""
    looks.sweep(now=clock.now())
    imports.sweep(now=clock.now())
    exports.sweep(now=clock.now())


@shared_task
def forget_idempotency_keys(**_: Any) -> None:
    idempotency.forget_old(now=clock.now())


@shared_task
def forget_delivered_events(**_: Any) -> None:
    outbox.OutboxEvent.objects.filter(relayed_at__lt=clock.now() - DELIVERED_KEPT).delete()


@shared_task
def remind_of_carts(**_: Any) -> None:
    """Have the people reminded who left something in their cart and want to be told."""
    for saved_cart_id, version in reminders.due(now=clock.now()):
        send_cart_reminder.delay(saved_cart_id=saved_cart_id, version=version)


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_backoff_max=600, max_retries=8)
def send_cart_reminder(*, saved_cart_id: int, version: int, **_: Any) -> None:
    """One reminder, at the prices of the market that speaks the person's language."""
    language = reminders.language_of(saved_cart_id)
    market = next((market for market in MARKETS if market.language == language), US)
    reminders.remind_of_cart(saved_cart_id=saved_cart_id, version=version, market=market, now=clock.now())


@shared_task
def let_go_of_old_rows(**_: Any) -> None:
    """Let go of what is past the period for which it may be kept."""
    retention.sweep(now=clock.now())


@shared_task
def seal_secrets(**_: Any) -> None:
    """Seal what a release before stored plainly, or a key before the newest sealed."""
    sealing.seal_everything()


@shared_task
def tell_of_price_drop(*, told: dict[str, Any], **_: Any) -> None:
    """Tell those who have the product on their wishlist; who was told already is left alone."""
    watched.tell_of_price_drop(PriceLowered(**told), now=clock.now())


@shared_task(autoretry_for=(TierUnavailable,), retry_backoff=10, retry_backoff_max=600, max_retries=8)
def tell_of_return_to_stock(*, product_id: str, sku: str, at: str, **_: Any) -> None:
    """Tell those who have the SKU on their wishlist or asked for it."""
    watched.tell_of_return_to_stock(product_id=product_id, sku=sku, at=at, now=clock.now())


@shared_task
def hand_over_wish_mails(**_: Any) -> None:
    """Give the mails about wishlists that are to be sent to workers."""
    for handed in wish_mails.due(now=clock.now()):
        send_wish_mails.delay(handed=handed)


@shared_task
def send_wish_mails(*, handed: list[list[int]], **_: Any) -> None:
    """Send some of them, each unless another worker did."""
    wish_mails.send(handed)
