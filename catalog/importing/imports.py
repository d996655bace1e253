"""Imports as staff start them: a file is kept, looked over, then confirmed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from catalog.events import ImportConfirmed
from catalog.importing.background import MAX_ATTEMPTS
from catalog.importing.kept_files import table_of
from catalog.importing.rows import UnreadableFile
from catalog.models import ProductImport
from media import services as media
from shopcloud.lib import outbox

MAX_UPLOAD_BYTES = 100 * 1024 * 1024


def upload(*, content: bytes, name: str, author_id: int | None, now: datetime) -> ProductImport:
    """Keep a file that can be read as a table, as a draft. Raises UnreadableFile, MediaUnavailable."""
    if len(content) > MAX_UPLOAD_BYTES:
        raise UnreadableFile(f"{name} is larger than {MAX_UPLOAD_BYTES // 1024 // 1024} MB: split the file.")
    table = table_of(content, name)
    key = media.store_import(content, filename=name)
    return ProductImport.objects.create(
        name=name[:200], file=key, author_id=author_id, created_at=now, rows=len(table.rows)
    )


def set_mapping(*, import_id: int, mapping: dict[str, Any]) -> bool:
    """Say which columns are what; False once the import was confirmed."""
    return bool(ProductImport.objects.filter(pk=import_id, state=ProductImport.State.DRAFT).update(mapping=mapping))


def confirm(*, import_id: int, now: datetime) -> bool:
    """Let workers import the file; False if it was confirmed before."""
    with transaction.atomic():
        draft = ProductImport.objects.filter(pk=import_id, state=ProductImport.State.DRAFT)
        if not draft.update(state=ProductImport.State.CONFIRMED, confirmed_at=now):
            return False
        outbox.record(ImportConfirmed(import_id=import_id))
    return True


def try_again(*, import_id: int) -> bool:
    """Give an import whose workers kept dying new attempts; False where it has some."""
    with transaction.atomic():
        dead = ProductImport.objects.filter(
            pk=import_id, state=ProductImport.State.CONFIRMED, attempts__gte=MAX_ATTEMPTS
        )
        if not dead.update(attempts=0, lease="", leased_until=None):
            return False
        outbox.record(ImportConfirmed(import_id=import_id))
    return True
