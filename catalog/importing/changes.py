"""What saving a file's products would change, told before it is done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.importing.pictures import Kept, Picture, with_pictures
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

    @property
    def new_pictures(self) -> tuple[str, ...]:
        """Keys, or addresses still to be fetched."""
        had = {image.key for image in self.stored.images} if self.stored else set()
        return tuple(image.key for image in self.product.images if image.key not in had)


def changes_of(
    wanted: Iterable[Product],
    *,
    told: Told | None,
    pictures: Mapping[str, tuple[Picture, ...]] = MappingProxyType({}),
    known: Mapping[str, Kept] = MappingProxyType({}),
) -> list[Change]:
    """Compared with what DynamoDB holds now; where a file has no columns (`told`), what is stored stays.

    `pictures` are those the file names, by product; `known` says where they are kept. Raises CatalogUnavailable.
    """
    products = list(wanted)
    stored = queries.products_by_id([p.product_id for p in products], freshness=Freshness.STRONG)
    changes = []
    for product in products:
        before = stored.get(product.product_id)
        named = pictures.get(product.product_id)
        shown = with_pictures(product, before, named, known) if named else product
        changes.append(_change(shown, before, told))
    return changes


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
    if isinstance(value, dict) and value.keys() >= {"key", "alt"}:
        return f"{value['key']} “{value['alt']}”" if value["alt"] else str(value["key"])
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_spoken(part)}" for name, part in value.items() if part not in (None, "", []))
    if isinstance(value, list):
        pairs = all(isinstance(part, list) and len(part) == 2 for part in value)
        return "; ".join(f"{part[0]}: {part[1]}" if pairs else _spoken(part) for part in value)
    return str(value)
