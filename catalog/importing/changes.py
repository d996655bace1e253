"""What saving a file's products would change, told before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.importing.silence import Told, with_what_is_not_told
from catalog.records import editorial_record


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Both sides as texts; `before` is "" for a new product."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """`product` is what would be saved over `stored`. Without `fields` it is unchanged."""

    product: Product
    stored: Product | None
    fields: tuple[FieldChange, ...]

    @property
    def is_new(self) -> bool:
        return self.stored is None


def changes_of(wanted: Iterable[Product], *, told: Told | None) -> list[Change]:
    """Compared with what DynamoDB holds now; where a file has no columns (`told`), what is stored stays.

    Raises CatalogUnavailable.
    """
    products = list(wanted)
    stored = queries.products_by_id([p.product_id for p in products], freshness=Freshness.STRONG)
    return [_change(product, stored.get(product.product_id), told) for product in products]


def _change(product: Product, stored: Product | None, told: Told | None) -> Change:
    if stored is None:
        return Change(product, None, tuple(_fields({}, editorial_record(product))))
    if told is not None:
        product = with_what_is_not_told(product, stored, told)
    return Change(product, stored, tuple(_fields(editorial_record(stored), editorial_record(product))))


def _fields(before: dict[str, Any], after: dict[str, Any]) -> Iterable[FieldChange]:
    for name, value in after.items():
        old = before.get(name)
        if old != value and (value or old):
            yield FieldChange(name, _spoken(old), _spoken(value))


def _spoken(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_spoken(part)}" for name, part in value.items() if part not in (None, "", []))
    if isinstance(value, list):
        pairs = all(isinstance(part, list) and len(part) == 2 for part in value)
        return "; ".join(f"{part[0]}: {part[1]}" if pairs else _spoken(part) for part in value)
    return str(value)
