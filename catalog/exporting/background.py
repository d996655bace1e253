"""An export made by a worker: killed at any point, the next one makes it from the start.

The file grows on the worker's disk, then goes to the store in parts.
"""

import tempfile
import uuid
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q, QuerySet

from catalog.exporting.chosen import Choice, chosen
from catalog.exporting.files import DoesNotFit, write
from catalog.importing.xlsx import unpacked_size
from catalog.models import MOST_ATTEMPTS, ProductExport
from media import services as media
from shopcloud.lib import clock
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

# Longer than a workbook takes to be packed, or a large file to be sent: nothing is told meanwhile.
LEASE = timedelta(minutes=5)
# Under the time limit of the task.
LONGEST = timedelta(minutes=50)
OUTAGE_PAUSE = timedelta(minutes=1)
log = structlog.get_logger()


class LeaseLost(Exception):
    """Another worker makes the export."""


def due(*, now: datetime, limit: int = 20) -> list[int]:
    """The exports that wait for a worker, or whose worker died."""
    return list(_free(now).order_by("created_at").values_list("pk", flat=True)[:limit])


def run(*, export_id: int, now: datetime) -> bool:
    """Make an export; False if another worker is at it, it is over, or a store does not answer now."""
    lease = str(uuid.uuid4())
    # A claim counts: an export that kills its workers stops after a few.
    claim = _free(now).filter(pk=export_id)
    if not claim.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1, products=0, rows=0):
        return False
    row = ProductExport.objects.get(pk=export_id)
    try:
        _make(row, lease, until=now + LONGEST)
    except DoesNotFit as error:
        _held(row, lease).update(
            state=ProductExport.State.FAILED, last_error=str(error)[:500], finished_at=clock.now(), lease=""
        )
        return False
    except (TierUnavailable, CircuitOpen) as outage:
        # A store that is away is waited for and not counted.
        _held(row, lease).update(
            lease="", leased_until=clock.now() + OUTAGE_PAUSE, attempts=F("attempts") - 1, last_error=str(outage)[:500]
        )
        return False
    except LeaseLost:
        return False
    log.info("export.finished", export_id=export_id)
    return True


def _make(row: ProductExport, lease: str, *, until: datetime) -> None:
    def told(products: int, rows: int) -> None:
        if clock.now() >= until:
            raise DoesNotFit("It took too long. Export fewer products at a time.")
        _must(_held(row, lease).update(products=products, rows=rows, leased_until=clock.now() + LEASE))

    products = chosen(Choice(row.text, row.status, row.category))
    with tempfile.TemporaryFile() as file:
        write(row.format, products, file, told=told)
        size = file.tell()
        unpacked = unpacked_size(file) if row.format == ProductExport.Format.XLSX else 0
        media.store_export(row.file, file)
    _must(
        _held(row, lease).update(
            state=ProductExport.State.FINISHED,
            size=size,
            unpacked=unpacked,
            finished_at=clock.now(),
            last_error="",
            lease="",
            leased_until=None,
        )
    )


def _free(now: datetime) -> QuerySet[ProductExport]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return ProductExport.objects.filter(free, state=ProductExport.State.RUNNING, attempts__lt=MOST_ATTEMPTS)


def _held(row: ProductExport, lease: str) -> QuerySet[ProductExport]:
    return ProductExport.objects.filter(pk=row.pk, lease=lease)


def _must(updated: int) -> None:
    if not updated:
        raise LeaseLost
