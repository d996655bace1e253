"""What an import found and did: counts, each rejected row with its line, field and reason, and notes worth knowing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from catalog.domain import Category, Kind, Product
from catalog.importing.silence import Told

if TYPE_CHECKING:
    from catalog.importing.pictures import Picture


@dataclass(frozen=True, slots=True)
class Rejection:
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field}: {self.reason}"


class RejectedRow(ValueError):
    """One row cannot become a product: which field, and why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


@dataclass(slots=True)
class Parsed:
    """A file understood, before anything is saved. `stock` is units on hand by SKU, where the file tells.

    `told` is what the file has columns for; None says everything of a product: what it leaves empty is to be empty.
    `mapped`: each product is an item with one SKU, which the shop may have under another id; `ids_said`: the ids are
    more than the SKUs again; `without_sku`: the products whose rows say none; `repeated`: what rows say as
    their id that another row has with another SKU, by the id that stands for it here. `spare`: of SKUs that were made
    up, by product, what else they could be.
    """

    products: dict[str, Product] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    stock: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    pictures: dict[str, tuple["Picture", ...]] = field(default_factory=dict)
    notes: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    told: Told | None = None
    mapped: bool = False
    ids_said: bool = True
    without_sku: set[str] = field(default_factory=set)
    repeated: dict[str, str] = field(default_factory=dict)
    spare: dict[str, dict[str, str]] = field(default_factory=dict)
    _owners: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, int] = field(default_factory=dict)

    def reject(self, line: int, error: RejectedRow) -> None:
        self.rejected.append(Rejection(line, _shown(error.field), _shown(error.reason)))

    def id_of(self, product: Product) -> str:
        """As its row says it."""
        return self.repeated.get(product.product_id, product.product_id)

    def has_sku(self, sku: str) -> bool:
        return sku in self._owners

    def drop(self, product_id: str, error: RejectedRow) -> None:
        """Refuse a product that was read, at its line."""
        self.refuse_part(product_id, error)
        del self.products[product_id]

    def refuse_part(self, product_id: str, error: RejectedRow) -> None:
        """Refuse what a product's line says of one field; the product is taken without it."""
        self.reject(self._lines.get(product_id, 0), error)

    def add(self, product: Product, stock: dict[str, int], *, line: int) -> None:
        """Raises RejectedRow where another product has one of its SKUs: stock is kept by SKU."""
        for variant in product.variants:
            if self._owners.get(variant.sku, product.product_id) != product.product_id:
                raise RejectedRow("sku", f"{variant.sku} belongs to another product of this file")
        self._owners.update({variant.sku: product.product_id for variant in product.variants})
        self.products[product.product_id] = product
        self._lines[product.product_id] = line
        # Digital goods never run out: they have no stock.
        if product.kind is not Kind.DIGITAL:
            self.stock.update(stock)


def _shown(text: str) -> str:
    """Without what no page shows and PostgreSQL does not take."""
    return "".join(char if char.isprintable() else " " for char in text)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`created`, `updated` and `unchanged` count products, `conflicts` those that someone else saved meanwhile and
    that were left alone; a trial run saved none.
    """

    parsed: Parsed
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    stocked: int = 0
    trial: bool = False

    def lines(self) -> Iterator[str]:
        parsed = self.parsed
        yield f"{parsed.rows} rows, {len(parsed.products)} products in {len(parsed.categories)} categories"
        for rejection in sorted(parsed.rejected, key=lambda r: r.line):
            yield f"rejected {rejection}"
        for note, count in sorted(parsed.notes.items()):
            yield f"note: {note} ({count})"
        if self.trial:
            yield f"trial run, nothing saved: {len(parsed.rejected)} rejected"
            return
        if self.conflicts:
            yield f"changed by someone else meanwhile and left alone: {self.conflicts}; import again to set them"
        yield (
            f"created {self.created}, updated {self.updated}, unchanged {self.unchanged}, "
            f"rejected {len(parsed.rejected)}, first stock for {self.stocked} SKUs"
        )
