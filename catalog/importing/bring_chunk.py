"""The pictures of a chunk of products of a running import: each is remembered as soon as it is there, so that a killed
worker loses only those that were on their way.

What cannot be had is noted as a problem of the import, in the order of the file, and not tried again by it.
"""

from collections.abc import Callable, Iterable, Mapping

from catalog.domain import Product
from catalog.importing.bringing import Bringer, known_pictures, unknown_pictures
from catalog.importing.pictures import Kept, Picture
from catalog.models import ImportProblem, ProductImport


def bring_chunk(
    row: ProductImport,
    products: list[Product],
    named: Mapping[str, tuple[Picture, ...]],
    bringer: Bringer,
    *,
    go_on: Callable[[], bool],
) -> dict[str, Kept] | None:
    """Where the pictures are kept, by source; None where `go_on`, asked before each, says that the turn is over.

    Raises CatalogUnavailable, MediaUnavailable.
    """
    pictures = [picture for product in products for picture in named.get(product.product_id, ())]
    known = known_pictures(pictures) if pictures else {}
    waiting = unknown_pictures(products, named, known) if pictures else []
    tried = _tried(row, waiting)
    wanted = [picture for picture in waiting if (picture.line, picture.field) not in tried]
    whole = bringer.bring(wanted, known, refuse=lambda picture, reason: _note(row, picture, reason), go_on=go_on)
    return known if whole else None


def _tried(row: ProductImport, pictures: Iterable[Picture]) -> set[tuple[int, str]]:
    lines = {picture.line for picture in pictures}
    if not lines:
        return set()
    return set(row.problems.filter(line__in=lines, field__startswith="image ").values_list("line", "field"))


def _note(row: ProductImport, picture: Picture, reason: str) -> None:
    problem = ImportProblem(product_import=row, line=picture.line, field=picture.field, reason=reason[:500])
    ImportProblem.objects.bulk_create([problem], ignore_conflicts=True)
