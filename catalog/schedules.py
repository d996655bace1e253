"""Products that go on sale, and off it, by themselves at a time that staff chose.

Each thing to come is a row; every minute a worker looks for what is due. Running twice, at once or after an outage,
does no harm: the product's version decides who writes, and a row goes away only when its work is seen to be done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.contrib.admin.models import CHANGE, LogEntry

from catalog import queries, services
from catalog.domain import Freshness, InvalidProduct, Product, Status
from catalog.models import CatalogProduct, ProductSchedule
from catalog.repository import VersionConflict
from shopcloud.lib import residency
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

Action = ProductSchedule.Action
AT_ONCE = 200
ATTEMPTS = 5
SHOWN = 20
_DONE = {Action.PUBLISH: Status.ACTIVE, Action.ARCHIVE: Status.ARCHIVED}
_SAID = {Action.PUBLISH: "Put on sale as planned.", Action.ARCHIVE: "Taken off sale as planned."}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Plan:
    """When a product goes on sale and off it; `refused` is why what was due could not be done, or ""."""

    publish_at: datetime | None = None
    archive_at: datetime | None = None
    refused: str = ""


def plan(*, product_id: str, publish_at: datetime | None, archive_at: datetime | None, author: Any) -> None:
    """Replace what is to happen to a product; what was refused before is tried anew."""
    times = {Action.PUBLISH: publish_at, Action.ARCHIVE: archive_at}
    wanted = {action: due_at for action, due_at in times.items() if due_at is not None}
    with residency.atomic_catalog():
        ProductSchedule.objects.filter(product_id=product_id).exclude(action__in=wanted).delete()
        for action, due_at in wanted.items():
            ProductSchedule.objects.update_or_create(
                product_id=product_id, action=action, defaults={"due_at": due_at, "author": author, "refused": ""}
            )


def plans(product_ids: Iterable[str]) -> dict[str, Plan]:
    """What is to happen to these products, in one query; those without a plan are absent."""
    found: dict[str, dict[str, ProductSchedule]] = {}
    for row in ProductSchedule.objects.filter(product_id__in=list(product_ids)):
        found.setdefault(row.product_id, {})[row.action] = row
    return {product_id: _plan(rows) for product_id, rows in found.items()}


def refused() -> list[Product]:
    """The products whose plan could not be carried out, the longest waiting first; the first few of them."""
    rows = ProductSchedule.objects.exclude(refused="").order_by("due_at").values_list("product_id", flat=True)
    return list(queries.products_by_id(dict.fromkeys(rows[:SHOWN])).values())


def due(*, now: datetime) -> list[ProductSchedule]:
    return list(ProductSchedule.objects.filter(refused="", due_at__lte=now).order_by("due_at")[:AT_ONCE])


def carry_out(*, now: datetime) -> int:
    """Do what is due; returns how many rows are done with. While a store is away they wait for the next turn."""
    done = 0
    for row in due(now=now):
        try:
            done += _carry_out(row, now)
        except (TierUnavailable, CircuitOpen) as outage:
            log.warning("schedule.waits", reason=str(outage))
            break
    return done


def _carry_out(row: ProductSchedule, now: datetime) -> bool:
    """Whoever saves the product meanwhile is not overwritten: it is read and written again, as it is then."""
    for _attempt in range(ATTEMPTS):
        try:
            product = queries.product(row.product_id, freshness=Freshness.STRONG)
        except queries.ProductNotFound:
            return _forget(row)
        # Read after the product: who plans anew saves the product first, and the version then decides.
        if not _same(row).exists():
            return False
        try:
            _change(row, product, now)
        except VersionConflict:
            continue
        except InvalidProduct as error:
            return _refuse(row, str(error))
        return _forget(row)
    return False


def _change(row: ProductSchedule, product: Product, now: datetime) -> None:
    if product.status is _DONE[Action(row.action)]:
        # A worker that died after writing has perhaps not told; telling twice does no harm.
        services.tell_of_products(products=[product])
        return
    change = {
        "product_id": row.product_id,
        "expected_version": product.version,
        "now": now,
        "author": row.author_id,
    }
    if row.action == Action.PUBLISH:
        services.publish_product(**change)  # type: ignore[arg-type]
    elif product.is_active:
        services.archive_product(**change)  # type: ignore[arg-type]
    else:
        return
    log.info("schedule.done", product_id=row.product_id, action=row.action)
    if row.author_id:
        named = CatalogProduct(product_id=product.product_id, title=product.title)
        LogEntry.objects.log_actions(row.author_id, [named], CHANGE, _SAID[Action(row.action)], single_object=True)  # type: ignore[arg-type]


def _same(row: ProductSchedule) -> Any:
    """The row, unless it was planned anew meanwhile."""
    return ProductSchedule.objects.filter(pk=row.pk, due_at=row.due_at)


def _forget(row: ProductSchedule) -> bool:
    return bool(_same(row).delete()[0])


def _refuse(row: ProductSchedule, reason: str) -> bool:
    log.warning("schedule.refused", product_id=row.product_id, action=row.action, reason=reason)
    _same(row).update(refused=reason[:500])
    return False


def _plan(rows: dict[str, ProductSchedule]) -> Plan:
    publish, archive = rows.get(Action.PUBLISH), rows.get(Action.ARCHIVE)
    return Plan(
        publish.due_at if publish else None,
        archive.due_at if archive else None,
        "; ".join(row.refused for row in rows.values() if row.refused),
    )
