"""What an import would do, a page at a time: from the look that a worker kept, compared with what is stored now."""

from dataclasses import dataclass
from datetime import datetime

from catalog.category_redirects import in_their_places
from catalog.importing.bringing import known_pictures
from catalog.importing.changes import Change, changes_of
from catalog.importing.importer import parse_table
from catalog.importing.kept_files import first_of
from catalog.importing.look_pages import PAGE, LookPage, read_page, told_from
from catalog.importing.mapping import parse_mapping
from catalog.importing.pictures import Kept
from catalog.importing.report import Parsed, Rejection
from catalog.importing.rows import Row
from catalog.look_models import ImportLook
from catalog.models import ProductImport
from media import queries as media

FIRST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Diff:
    """One page of the changes, and one of the refused rows; the totals are of the whole file, as of `made_at`.

    `foreign`: how many products want a SKU of another one, and are refused for it.
    """

    changes: tuple[Change, ...]
    refused: tuple[Rejection, ...]
    rows: int
    products: int
    rejected: int
    foreign: int
    page: int
    notes: tuple[str, ...]
    made_at: datetime

    @property
    def pages(self) -> int:
        return max(1, -(-max(self.products, self.rejected) // PAGE))

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def diff_of(look: ImportLook, *, page: int) -> Diff | None:
    """Only the products of the page are read from the store; None where the pages are not kept, or no longer.

    Raises MediaUnavailable, CatalogUnavailable.
    """
    if look.made_at is None:
        return None
    page = min(max(page, 1), max(1, len(look.places) - 1))
    try:
        shown = _page(look, page)
    except media.NoSuchFile:
        return None
    named = [picture for pictures in shown.pictures.values() for picture in pictures]
    # Pictures that are not there yet stand under their address: a look fetches nothing.
    known = {picture.source: Kept(picture.source, 0, 0) for picture in named} | known_pictures(named)
    changes = changes_of(
        in_their_places(shown.products), told=told_from(look.told), pictures=shown.pictures, known=known
    )
    return Diff(
        changes=tuple(changes),
        refused=tuple(shown.refused),
        rows=look.rows,
        products=look.products,
        rejected=look.rejected,
        foreign=look.foreign,
        page=page,
        notes=tuple(look.notes),
        made_at=look.made_at,
    )


def _page(look: ImportLook, page: int) -> LookPage:
    if len(look.places) < 2:
        return LookPage([], {}, [])
    return read_page(media.read_look(look.file, look.places[page - 1], look.places[page]))


def first_as_they_stand(row: ProductImport) -> list[Row]:
    """Raises UnreadableFile, MediaUnavailable."""
    return list(first_of(row.file, row.name, keep=FIRST_ROWS).rows)


def first_rows(row: ProductImport, mapping: dict[str, object], *, now: datetime) -> Parsed:
    """The first rows as this mapping would read them. Raises UnreadableFile, BadMapping, MediaUnavailable."""
    rules = parse_mapping(mapping)
    table = first_of(row.file, row.name, delimiter=rules.delimiter, encoding=rules.encoding, keep=FIRST_ROWS)
    return parse_table(table, rules, name=row.name, mapped=True, now=now)
