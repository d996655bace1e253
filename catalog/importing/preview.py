"""What an import would do, a page at a time: only the products of the page are read from the store."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from catalog.domain import Product
from catalog.importing.bringing import known_pictures
from catalog.importing.changes import Change, changes_of
from catalog.importing.foreign import refuse_foreign
from catalog.importing.importer import parse_table
from catalog.importing.kept_files import kept_table, parse_kept
from catalog.importing.mapping import parse_mapping
from catalog.importing.pictures import Kept
from catalog.importing.report import Parsed, Rejection
from catalog.models import ProductImport

PAGE = 25
FIRST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Diff:
    """One page of the changes, and one of the refused rows; the totals are of the whole file.

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

    @property
    def pages(self) -> int:
        return max(1, -(-max(self.products, self.rejected) // PAGE))

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None


def diff_of(row: ProductImport, *, page: int, now: datetime) -> Diff:
    """Raises UnreadableFile, BadMapping, MediaUnavailable, CatalogUnavailable."""
    parsed = parse_kept(row.file, row.name, row.mapping, now=now)
    foreign = refuse_foreign(parsed)
    page = min(max(page, 1), max(1, -(-max(len(parsed.products), len(parsed.rejected)) // PAGE)))
    start = (page - 1) * PAGE
    refused = sorted(parsed.rejected, key=lambda r: (r.line, r.field))[start : start + PAGE]
    shown = list(islice(parsed.products.values(), start, start + PAGE))
    changes = changes_of(shown, told=parsed.told, pictures=parsed.pictures, known=_as_if_brought(shown, parsed))
    return Diff(
        changes=tuple(changes),
        refused=tuple(refused),
        rows=parsed.rows,
        products=len(parsed.products),
        rejected=len(parsed.rejected),
        foreign=foreign,
        page=page,
        notes=tuple(f"{note} ({count:,})" for note, count in sorted(parsed.notes.items())),
    )


def _as_if_brought(products: list[Product], parsed: Parsed) -> dict[str, Kept]:
    """Pictures that are not there yet stand under their address: a look fetches nothing."""
    named = [picture for p in products for picture in parsed.pictures.get(p.product_id, ())]
    return {picture.source: Kept(picture.source, 0, 0) for picture in named} | known_pictures(named)


def first_rows(row: ProductImport, mapping: dict[str, object], *, now: datetime) -> Parsed:
    """The first rows as this mapping would read them. Raises UnreadableFile, BadMapping, MediaUnavailable."""
    rules = parse_mapping(mapping)
    table = kept_table(row.file, row.name, delimiter=rules.delimiter, encoding=rules.encoding, keep=FIRST_ROWS)
    return parse_table(table, rules, name=row.name, mapped=True, now=now)
