"""Imports as staff start them: a file is kept, looked over, then confirmed."""

from datetime import datetime, timedelta
from typing import Any, BinaryIO

from django.db.models import Q

from catalog.events import ImportConfirmed
from catalog.importing import looks
from catalog.importing.background import MAX_ATTEMPTS
from catalog.importing.kept_files import begun
from catalog.models import ProductImport
from media import services as media
from shopcloud.lib import outbox, residency

FILES_KEPT = timedelta(days=30)


def upload(*, file: BinaryIO, name: str, author_id: int | None, now: datetime) -> ProductImport:
    """Keep a file that begins as a table, as a draft; it is never in memory as a whole.

    Raises UnreadableFile, MediaUnavailable.
    """
    table = begun(file, name)
    key = media.store_import(file, filename=name)
    with residency.atomic_catalog():
        row = ProductImport.objects.create(
            name=name[:200], file=key, author_id=author_id, created_at=now, rows=table.count
        )
        looks.note_columns(row, table)
    return row


def set_mapping(*, import_id: int, mapping: dict[str, Any]) -> bool:
    """Say which columns are what; False once the import was confirmed."""
    with residency.atomic_catalog():
        draft = ProductImport.objects.filter(pk=import_id, state=ProductImport.State.DRAFT)
        if not draft.update(mapping=mapping):
            return False
        looks.forget(import_id=import_id)
    return True


def confirm(*, import_id: int, now: datetime) -> bool:
    """Let workers import the file; False if it was confirmed before."""
    with residency.atomic_catalog():
        draft = ProductImport.objects.filter(pk=import_id, state=ProductImport.State.DRAFT)
        if not draft.update(state=ProductImport.State.CONFIRMED, confirmed_at=now):
            return False
        outbox.record(ImportConfirmed(import_id=import_id))
    return True


def cancel(*, import_id: int, now: datetime) -> bool:
    """Stop an import that is not over; False where it is. What is saved stays, the chunk being saved included."""
    state = ProductImport.State
    open_ones = ProductImport.objects.filter(pk=import_id, state__in=(state.DRAFT, state.CONFIRMED))
    # Without its lease the worker cannot note another chunk, and stops.
    return bool(open_ones.update(state=state.CANCELLED, finished_at=now, lease="", leased_until=None))


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Delete files whose imports are long over, or were never started; returns how many imports let theirs go.

    A file that a younger import needs as well stays. Raises MediaUnavailable.
    """
    before = now - FILES_KEPT
    old = Q(finished_at__lt=before) | Q(state=ProductImport.State.DRAFT, created_at__lt=before)
    rows = list(ProductImport.objects.filter(old).exclude(file="").order_by("created_at")[:limit])
    for row in rows:
        ProductImport.objects.filter(pk=row.pk).update(file="")
        if not ProductImport.objects.filter(file=row.file).exists():
            media.delete_import(row.file)
    return len(rows)


def try_again(*, import_id: int) -> bool:
    """Go on with an import that failed, was cancelled or whose workers kept dying, from where it stood.

    False where it runs, or is over.
    """
    state = ProductImport.State
    over = Q(state__in=(state.FAILED, state.CANCELLED)) | Q(state=state.CONFIRMED, attempts__gte=MAX_ATTEMPTS)
    with residency.atomic_catalog():
        dead = ProductImport.objects.filter(over, pk=import_id, confirmed_at__isnull=False)
        if not dead.update(
            state=state.CONFIRMED, attempts=0, lease="", leased_until=None, finished_at=None, last_error=""
        ):
            return False
        outbox.record(ImportConfirmed(import_id=import_id))
    return True
