"""One file into the catalog: understood as a whole first, then saved."""

from datetime import datetime
from itertools import islice
from pathlib import Path

from catalog import services
from catalog.category_redirects import in_their_places
from catalog.domain import Product
from catalog.importing.bringing import Bringer, known_pictures, unknown_pictures
from catalog.importing.changes import changes_of
from catalog.importing.foreign import Owners
from catalog.importing.mapped import parse_mapped
from catalog.importing.mapping import BadMapping, Mapping, load_mapping
from catalog.importing.meant import settle
from catalog.importing.moves import follow_moves
from catalog.importing.new_categories import new_categories
from catalog.importing.own import is_own, parse_own
from catalog.importing.pictures import Kept, Picture
from catalog.importing.report import Parsed, RejectedRow
from catalog.importing.rows import Table, stream_table
from catalog.importing.shopify import is_shopify, parse_shopify
from catalog.search import indexing

SHOPIFY = "shopify"
CHUNK = 200


def read_file(path: Path, *, mapping: str = "", now: datetime) -> Parsed:
    """Every row of the file as a product or a rejection; saves nothing. Raises UnreadableFile or BadMapping.

    `mapping` is a path or the name of a shipped one; our own exports and Shopify's are known by their header.
    """
    rules = load_mapping(mapping or SHOPIFY)
    table = stream_table(path, delimiter=rules.delimiter, encoding=rules.encoding)
    return parse_table(table, rules, name=path.name, mapped=bool(mapping), now=now)


def parse_table(table: Table, rules: Mapping, *, name: str, mapped: bool, now: datetime) -> Parsed:
    """Rows already read; `mapped`: somebody chose the rules for this file. Raises UnreadableFile, BadMapping."""
    if is_own(table):
        return parse_own(table, now=now)
    if is_shopify(table):
        return parse_shopify(table, rules, now=now)
    if not mapped:
        raise BadMapping(
            f"{name} is not a Shopify export. Name a mapping that says which of its columns are what: "
            f"{', '.join(table.columns)[:300]}."
        )
    return parse_mapped(table, rules, now=now)


def save_parsed(parsed: Parsed, *, owners: Owners, now: datetime) -> services.SaveCounts:
    """Save what is new or different; doing it again changes nothing. Raises CatalogUnavailable, SearchUnavailable,
    UnreadableFile where it would bring too many categories.

    Categories the shop has already stay as staff named and placed them. `parsed` holds the products under their ids in
    the shop afterwards; one with a SKU of another is noted as rejected.
    """
    settled = settle(parsed, parsed.products.values(), owners=owners)
    parsed.products, parsed.pictures = settled.products, settled.pictures
    follow_moves(parsed)
    services.add_categories(categories=new_categories(parsed, parsed.products.values()))
    counts = services.SaveCounts()
    rest = iter(parsed.products.values())
    bringer = Bringer()
    while chunk := list(islice(rest, CHUNK)):
        known = _bring(parsed, chunk, bringer)
        # A branch may have moved since the file was read.
        changes = changes_of(in_their_places(chunk), told=parsed.told, pictures=parsed.pictures, known=known)
        seen = {change.product.product_id: change.stored for change in changes if change.stored}
        counts += services.save_products(products=[change.product for change in changes], now=now, seen=seen)
    services.tell_of_variants(added=settled.taken)
    return counts


def _bring(parsed: Parsed, products: list[Product], bringer: Bringer) -> dict[str, Kept]:
    """Have their pictures; those that cannot be had are noted as rejected, the products are not."""
    known = known_pictures(x for p in products for x in parsed.pictures.get(p.product_id, ()))
    waiting = unknown_pictures(products, parsed.pictures, known)

    def refuse(picture: Picture, reason: str) -> None:
        parsed.reject(picture.line, RejectedRow(picture.field, reason))

    bringer.bring(waiting, known, refuse=refuse, go_on=lambda: True)
    return known


def index_parsed(parsed: Parsed) -> None:
    """Make the products findable at once, without waiting for their events. Raises SearchUnavailable."""
    indexing.index(parsed.products)
