"""What the catalog tells the rest of the shop."""

from dataclasses import dataclass

from shopcloud.lib.events import Event


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event):
    """A product was created, edited, archived, or its availability or rating moved."""

    product_id: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class ImportConfirmed(Event):
    """Staff looked a file of products over and want it imported."""

    import_id: int
