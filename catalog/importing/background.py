"""A file imported by workers, chunk by chunk: killed at any point, the next worker goes on from the checkpoint.

A chunk is planned, saved, then checkpointed. A worker that dies between leaves its plan: the next one saves what still
is as it was then, tells again of what was written, leaves what somebody else saved since, and counts what was planned.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from django.db.models import F, Q, QuerySet

from catalog import services
from catalog.category_redirects import in_their_places
from catalog.importing.bring_chunk import bring_chunk
from catalog.importing.bringing import Bringer
from catalog.importing.changes import Change, changes_of
from catalog.importing.foreign import Owners
from catalog.importing.kept_files import parse_kept
from catalog.importing.mapping import BadMapping
from catalog.importing.meant import Settled, settle
from catalog.importing.moves import follow_moves
from catalog.importing.new_categories import new_categories
from catalog.importing.report import Parsed, Rejection
from catalog.importing.rows import UnreadableFile
from catalog.models import MOST_ATTEMPTS, ImportProblem, ProductImport
from shopcloud.lib import clock, residency
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

CHUNK = 200
LEASE = timedelta(minutes=3)
# Under the time limit of tasks; the schedule gives the rest to the next free worker.
TURN = timedelta(minutes=5)
OUTAGE_PAUSE = timedelta(minutes=1)
MAX_ATTEMPTS = MOST_ATTEMPTS
# What a product of a file is planned as: its column in the row of the import.
COUNTED = ("created", "updated", "unchanged")
CONFLICT = "saved by somebody else meanwhile and left as they are; import the file again to set them"
log = structlog.get_logger()
# What is done for each chunk's products beside the catalog: the shop above opens their stock.
Opened = Callable[[Parsed, list[str]], int]


class LeaseLost(Exception):
    """Another worker goes on with the import."""


def due(*, now: datetime, limit: int = 20) -> list[int]:
    """The imports that wait for a worker, or whose worker died."""
    waiting = ProductImport.objects.filter(_free(now), state=ProductImport.State.CONFIRMED, attempts__lt=MAX_ATTEMPTS)
    return list(waiting.order_by("created_at").values_list("pk", flat=True)[:limit])


def run(*, import_id: int, open_stock: Opened, owners: Owners, now: datetime) -> bool:
    """Go on with an import to its end; False if another worker has it, it is over, or a store does not answer now."""
    lease = _claim(import_id, now)
    if not lease:
        return False
    row = ProductImport.objects.get(pk=import_id)
    try:
        if not _import(row, lease, open_stock, owners, until=now + TURN):
            _held(row, lease).update(lease="", leased_until=None, attempts=0)
            return False
    except (UnreadableFile, BadMapping) as error:
        _held(row, lease).update(state=ProductImport.State.FAILED, last_error=str(error)[:500], finished_at=now)
        return False
    except (TierUnavailable, CircuitOpen) as outage:
        _pause(row, lease, outage)
        return False
    except LeaseLost:
        return False
    except Exception as error:
        # Tried again when the lease runs out, a few times; meanwhile staff read why.
        _held(row, lease).update(last_error=f"{type(error).__name__}: {error}"[:500].replace("\0", " "))
        raise
    log.info("import.finished", import_id=import_id)
    return True


def _claim(import_id: int, now: datetime) -> str:
    """The name of the lease, or "" where the import is not to be had. A claim counts until a chunk is done."""
    lease = str(uuid.uuid4())
    free = ProductImport.objects.filter(
        _free(now), pk=import_id, state=ProductImport.State.CONFIRMED, attempts__lt=MAX_ATTEMPTS
    )
    taken = free.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1)
    return lease if taken else ""


def _free(now: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now)


def _held(row: ProductImport, lease: str) -> QuerySet[ProductImport]:
    return ProductImport.objects.filter(pk=row.pk, lease=lease)


def _pause(row: ProductImport, lease: str, outage: Exception) -> None:
    # A store that is away is waited for and not counted.
    _held(row, lease).update(
        lease="", leased_until=clock.now() + OUTAGE_PAUSE, attempts=F("attempts") - 1, last_error=str(outage)[:500]
    )


def _import(row: ProductImport, lease: str, open_stock: Opened, owners: Owners, *, until: datetime) -> bool:
    """False where the time is up: a worker is not kept from other tasks for long."""

    def told() -> None:
        _keep_lease(row, lease)

    # A large workbook takes longer to be read than a lease lasts.
    parsed = parse_kept(row.file, row.name, row.mapping, now=clock.now(), told=told)
    settled = settle(parsed, parsed.products.values(), owners=owners, told=told)
    _start(row, lease, parsed, settled)
    bringer, pictures = Bringer(), settled.pictures
    products = islice(settled.in_order(), row.products_done, None)
    while chunk := list(islice(products, CHUNK)):
        wanted = [product for product in chunk if product]
        known = bring_chunk(row, wanted, pictures, bringer, go_on=lambda: _may_go_on(row, lease, until))
        if known is None:
            return False
        # A branch may have moved since the file was read.
        changes = changes_of(in_their_places(wanted), told=parsed.told, pictures=pictures, known=known)
        resumed = row.plan is not None
        _plan(row, lease, changes)
        conflicts = _save(changes, moved=_moved_since(row.plan or {}, changes) if resumed else None)
        open_stock(parsed, [change.product.product_id for change in changes])
        _checkpoint(row, lease, len(chunk), conflicts)
        if clock.now() >= until and row.products_done < row.products:
            return False
    _finish(row, lease, settled)
    return True


def _may_go_on(row: ProductImport, lease: str, until: datetime) -> bool:
    """Whether there is time for one more picture; keeps the lease. Raises LeaseLost."""
    _keep_lease(row, lease)
    return clock.now() < until


def _keep_lease(row: ProductImport, lease: str) -> None:
    _must(_held(row, lease).update(leased_until=clock.now() + LEASE))


def _start(row: ProductImport, lease: str, parsed: Parsed, settled: Settled) -> None:
    """Note the rows that cannot be imported, once however often the import is started."""
    _note(row, parsed.rejected)
    follow_moves(parsed)
    services.add_categories(categories=new_categories(parsed, in_their_places(settled.products.values())))
    row.rows, row.products = parsed.rows, settled.read
    _must(_held(row, lease).update(rows=row.rows, products=row.products, leased_until=clock.now() + LEASE))


def _plan(row: ProductImport, lease: str, changes: list[Change]) -> None:
    if row.plan is not None:
        return
    planned = {change.product.product_id: _planned(change) for change in changes}
    row.plan = {
        **dict.fromkeys(COUNTED, 0),
        **Counter(planned.values()),
        "planned": planned,
        "versions": {change.product.product_id: _version(change) for change in changes},
    }
    _must(_held(row, lease).update(plan=row.plan, leased_until=clock.now() + LEASE))


def _planned(change: Change) -> str:
    if change.is_new:
        return "created"
    return "updated" if change.fields else "unchanged"


def _version(change: Change) -> int:
    return change.stored.version if change.stored else 0


def _moved_since(plan: dict[str, Any], changes: list[Change]) -> set[str]:
    """The products that are not as they were when the chunk was planned: the worker before wrote them, or somebody
    else did. A plan of an earlier release has no versions.
    """
    planned = plan.get("versions", {})
    return {c.product.product_id for c in changes if planned.get(c.product.product_id, _version(c)) != _version(c)}


def _save(changes: list[Change], *, moved: set[str] | None) -> list[str]:
    """Saves a chunk over what it was compared with; returns the products that somebody else saved meanwhile, by id.

    `moved`, where the worker before died at the chunk: what moved since and differs is not what that worker wrote.
    """
    left = [change for change in changes if change.fields and change.product.product_id in (moved or ())]
    wanted = [change.product for change in changes if change not in left]
    seen = {change.product.product_id: change.stored for change in changes if change.stored}
    counts = services.save_products(products=wanted, now=clock.now(), seen=seen)
    if moved is not None:
        # The worker before may have died after a save and before it could tell of it.
        same = [change.stored for change in changes if change.stored and not change.fields]
        services.tell_of_products(products=same, written=[p for p in same if p.product_id in moved])
    return [*counts.conflicts, *(change.product.product_id for change in left)]


def _note(row: ProductImport, rejected: list[Rejection]) -> None:
    problems = [ImportProblem(product_import=row, line=r.line, field=r.field[:100], reason=r.reason[:500])
                for r in rejected]  # fmt: skip
    ImportProblem.objects.bulk_create(problems, batch_size=1000, ignore_conflicts=True)


def _checkpoint(row: ProductImport, lease: str, done: int, conflicts: list[str]) -> None:
    counts = _counted(row.plan or {}, conflicts)
    with residency.atomic_catalog():
        _must(
            _held(row, lease).update(
                products_done=F("products_done") + done,
                failed=F("failed") + len(conflicts),
                **{name: F(name) + count for name, count in counts.items()},
                plan=None,
                attempts=1,
                last_error="",
                leased_until=clock.now() + LEASE,
            )
        )
        row.products_done += done
        if conflicts:
            at = f"products {row.products_done - done + 1}-{row.products_done}"
            ImportProblem.objects.create(product_import=row, line=0, field=at, reason=f"{len(conflicts)}: {CONFLICT}")
    row.plan = None


def _counted(plan: dict[str, Any], conflicts: list[str]) -> dict[str, int]:
    """What became of a chunk: as it was planned, without those left alone."""
    counts = {name: plan[name] for name in COUNTED}
    for product_id in conflicts:
        # A plan of an earlier release does not say it of each product.
        planned = plan.get("planned", {}).get(product_id) or max(counts, key=counts.__getitem__)
        counts[planned] = max(counts[planned] - 1, 0)
    return counts


def _finish(row: ProductImport, lease: str, settled: Settled) -> None:
    # A product whose picture cannot be had was imported all the same.
    rejected = row.problems.filter(line__gt=0).exclude(field__startswith="image ").count()
    with residency.atomic_catalog():
        _must(
            _held(row, lease).update(
                state=ProductImport.State.FINISHED,
                finished_at=clock.now(),
                failed=F("failed") + rejected,
                lease="",
                leased_until=None,
            )
        )
        # Only now every product has given up what it gives up.
        services.tell_of_variants(added=settled.taken)


def _must(updated: int) -> None:
    if not updated:
        raise LeaseLost
