"""Looks at files before they are imported: a worker reads the file once, and pages are read from what it kept.

A look is made for one mapping of the columns. It is kept for a day, and while it is one of the newest: then the file is
read again when somebody looks.
"""

import tempfile
import uuid
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.db.models import F, Q, QuerySet

from catalog.events import ImportLookAsked
from catalog.importing.foreign import owners_of
from catalog.importing.kept_files import kept_table, parse_kept
from catalog.importing.look_pages import told_record, write_pages
from catalog.importing.mapping import BadMapping
from catalog.importing.meant import settle
from catalog.importing.new_categories import note_new_categories
from catalog.importing.own import is_own
from catalog.importing.report import Parsed
from catalog.importing.rows import Table, UnreadableFile
from catalog.look_models import ImportLook
from catalog.models import MOST_ATTEMPTS, ProductImport
from media import services as media
from shopcloud.lib import clock, outbox, residency
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

LEASE = timedelta(minutes=10)
KEPT = timedelta(days=1)
MOST_KEPT = 100
_WAITING = Q(asked_at__isnull=False, made_at__isnull=True, trouble="")
# As a row says it before a worker has it.
_BLANK = {"made_at": None, "trouble": "", "lease": "", "leased_until": None, "attempts": 0}


def note_columns(row: ProductImport, table: Table) -> None:
    ImportLook.objects.create(product_import=row, columns=list(table.columns))


def look_at(row: ProductImport) -> ImportLook:
    """What is known of a draft's look: at first the columns. Raises UnreadableFile, MediaUnavailable."""
    found = ImportLook.objects.filter(pk=row.pk).first()
    if found is None:
        table = kept_table(row.file, row.name, keep=0)
        found, _made = ImportLook.objects.get_or_create(product_import=row, defaults={"columns": list(table.columns)})
    return found


def needs_mapping(row: ProductImport, look: ImportLook) -> bool:
    """Whether staff have to say first what the file does not: its columns, or of Shopify's the currency."""
    return not row.mapping and not is_own(Table(tuple(look.columns), (), 0))


def ask(*, import_id: int, now: datetime) -> bool:
    """Have the file read by a worker unless that was asked for; False where it was."""
    return _ask(ImportLook.objects.filter(pk=import_id, asked_at__isnull=True), import_id, now)


def ask_again(*, import_id: int, now: datetime) -> bool:
    """Have a draft's file read anew, whatever was made of it; False where the import is no draft any more."""
    draft = ImportLook.objects.filter(pk=import_id, product_import__state=ProductImport.State.DRAFT)
    return _ask(draft, import_id, now)


def _ask(looks: QuerySet[ImportLook], import_id: int, now: datetime) -> bool:
    with residency.atomic_catalog():
        if not looks.update(asked_at=now, **_BLANK):
            return False
        outbox.record(ImportLookAsked(import_id=import_id))
    return True


def is_stuck(look: ImportLook) -> bool:
    """Its workers died again and again."""
    return look.made_at is None and not look.trouble and look.attempts >= MOST_ATTEMPTS


def forget(*, import_id: int) -> None:
    """The columns are something else now: what was made, or is being made, is of no use."""
    ImportLook.objects.filter(pk=import_id).update(asked_at=None, **_BLANK)


def due(*, now: datetime, limit: int = 20) -> list[int]:
    """The looks that wait for a worker, or whose worker died."""
    waiting = ImportLook.objects.filter(_free(now), _WAITING, attempts__lt=MOST_ATTEMPTS)
    return list(waiting.order_by("asked_at").values_list("pk", flat=True)[:limit])


def _free(now: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now)


def make(*, import_id: int, now: datetime) -> bool:
    """Read a draft's file and keep its pages; False if another worker is at it, or a store does not answer now."""
    lease = str(uuid.uuid4())
    free = ImportLook.objects.filter(_free(now), _WAITING, pk=import_id, attempts__lt=MOST_ATTEMPTS)
    if not free.update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    mine = ImportLook.objects.filter(pk=import_id, lease=lease)
    row = ProductImport.objects.get(pk=import_id)
    try:
        parsed = parse_kept(row.file, row.name, row.mapping, now=now)
        read = len(parsed.products)
        settled = settle(parsed, parsed.products.values(), owners=owners_of)
        foreign = read - len(parsed.products)
        parsed.products, parsed.pictures = settled.products, settled.pictures
        note_new_categories(parsed, parsed.products.values())
        return _keep(mine, parsed, foreign, key=media.look_key(import_id, lease))
    except (UnreadableFile, BadMapping) as error:
        mine.update(trouble=str(error)[:500].replace("\0", " "), lease="", leased_until=None)
    except (TierUnavailable, CircuitOpen):
        # The schedule gives it to the next worker; an outage is not counted.
        mine.update(lease="", leased_until=None, attempts=F("attempts") - 1)
    except Exception as error:
        # Staff read why, and have it tried again.
        mine.update(trouble=f"{type(error).__name__}: {error}"[:500].replace("\0", " "), lease="", leased_until=None)
        raise
    return False


def _keep(mine: QuerySet[ImportLook], parsed: Parsed, foreign: int, *, key: str) -> bool:
    with tempfile.TemporaryFile() as file:
        places = write_pages(parsed, cast(BinaryIO, file))
        media.store_look(key, cast(BinaryIO, file))
    kept = mine.update(
        file=key, places=places, told=told_record(parsed.told), made_at=clock.now(), lease="", leased_until=None,
        rows=parsed.rows, products=len(parsed.products), rejected=len(parsed.rejected), foreign=foreign,
        notes=[f"{note} ({count:,})" for note, count in sorted(parsed.notes.items())],
    )  # fmt: skip
    if kept:
        # What was kept before, or by a worker that was lost.
        media.forget_looks(media.looks_of(key), but=key)
    else:
        # The columns changed meanwhile, or another worker was faster, whose pages stay.
        media.forget_look(key)
    return bool(kept)


def sweep(*, now: datetime) -> int:
    """Let go of pages that are a day old, whose import is no draft any more, or that are not among the newest.

    Returns how many looks were let go of. Raises MediaUnavailable.
    """
    kept = ImportLook.objects.exclude(file="")
    newest = kept.order_by("-made_at").values_list("pk", flat=True)[:MOST_KEPT]
    old = Q(made_at__lt=now - KEPT) | ~Q(product_import__state=ProductImport.State.DRAFT) | ~Q(pk__in=list(newest))
    rows = list(kept.filter(old)[:1000])
    for look in rows:
        if kept.filter(pk=look.pk, file=look.file).update(file="", places=[], asked_at=None, **_BLANK):
            media.forget_looks(media.looks_of(look.file))
    return len(rows)
