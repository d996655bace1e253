"""Exports as staff ask for them: made by workers, fetched for a month."""

from datetime import datetime, timedelta

from catalog.events import ExportAsked
from catalog.exporting.chosen import Choice
from catalog.importing.rows import MAX_BYTES, MAX_ROWS
from catalog.importing.xlsx import most_unpacked
from catalog.models import ProductExport
from media import delivery
from media import services as media
from shopcloud.lib import outbox, residency

FILES_KEPT = timedelta(days=30)
LINK_SECONDS = 60


def ask(*, kind: str, choice: Choice, author_id: int | None, now: datetime) -> ProductExport:
    """Have workers write a file of one of FORMATS."""
    row = ProductExport(format=kind, text=choice.text, status=choice.status, category=choice.category,
                        author_id=author_id, created_at=now)  # fmt: skip
    row.file = media.export_key(row.name)
    with residency.atomic_catalog():
        row.save()
        outbox.record(ExportAsked(export_id=row.pk))
    return row


def fits_an_import(row: ProductExport) -> bool:
    """Whether an import would take the file as it is."""
    return row.rows <= MAX_ROWS and row.size <= MAX_BYTES and row.unpacked <= most_unpacked(row.size)


def link_to(row: ProductExport) -> str | None:
    """Where its file is fetched, for a minute; None while there is none, or no longer."""
    return delivery.download_url(row.file, filename=row.name, seconds=LINK_SECONDS) if row.is_ready else None


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Delete files that were kept long enough; returns how many. Raises MediaUnavailable."""
    old = ProductExport.objects.filter(created_at__lt=now - FILES_KEPT).exclude(file="").order_by("created_at")
    rows = list(old[:limit])
    for row in rows:
        media.delete_export(row.file)
        ProductExport.objects.filter(pk=row.pk).update(file="")
    return len(rows)
