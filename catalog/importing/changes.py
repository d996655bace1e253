"""What saving a file's products would change, told before it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.records import editorial_record, with_staff_words

# What a foreign file cannot say: where it is silent, what staff gave the product stays.
_STAFF = ("images", "model", "download", "featured")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Both sides as texts; `before` is "" for a new product."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """`product` is what would be saved. Without `fields` it is unchanged."""

    product: Product
    is_new: bool
    fields: tuple[FieldChange, ...]


def changes_of(wanted: Iterable[Product], *, complete: bool = False) -> list[Change]:
    """Compared with what DynamoDB holds now; a `complete` file also says what a product has not.

    Raises CatalogUnavailable.
    """
    products = list(wanted)
    stored = queries.products_by_id([p.product_id for p in products], freshness=Freshness.STRONG)
    return [_change(product, stored.get(product.product_id), complete) for product in products]


def _change(product: Product, stored: Product | None, complete: bool) -> Change:
    if stored is None:
        return Change(product, True, tuple(_fields({}, editorial_record(product))))
    product = with_staff_words(product, stored)
    if not complete:
        product = _with_staff_work(product, stored)
    return Change(product, False, tuple(_fields(editorial_record(stored), editorial_record(product))))


def _with_staff_work(product: Product, stored: Product) -> Product:
    kept: dict[str, Any] = {name: getattr(stored, name) for name in _STAFF if not getattr(product, name)}
    if not product.images and len(stored.variants) == len(product.variants):
        shown = {variant.sku: variant.image for variant in stored.variants}
        kept["variants"] = tuple(replace(v, image=shown.get(v.sku)) for v in product.variants)
    return replace(product, **kept)


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
