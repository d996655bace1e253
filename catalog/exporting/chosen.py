"""Which products a file is to have: the whole catalog, or what a list of staff's shows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.search import indexing
from catalog.search.index import search_index, whole

PAGE = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """As the list of products is narrowed; without any word of it, all products."""

    text: str = ""
    status: str = ""
    category: str = ""

    @property
    def is_everything(self) -> bool:
        return not (self.text or self.status or self.category)


def chosen(choice: Choice) -> Iterator[Product]:
    """Each product once, as DynamoDB holds it. Only the whole catalog is scanned; else the index of search tells which.

    Raises CatalogUnavailable, SearchUnavailable.
    """
    if choice.is_everything:
        return indexing.every_product(settings.DYNAMODB_SCAN_SEGMENTS)
    return _listed(choice)


def _listed(choice: Choice) -> Iterator[Product]:
    whole(search_index())
    seen: set[str] = set()
    while True:
        before = len(seen)
        # What is saved meanwhile moves to the front, perhaps past the reader: the list is gone through again until
        # it brings nothing new. Only ids are read again.
        for ids in _pages(choice):
            new = [product_id for product_id in ids if product_id not in seen]
            seen.update(new)
            yield from queries.products_by_id(new, freshness=Freshness.STRONG).values()
        if len(seen) == before:
            return


def _pages(choice: Choice) -> Iterator[list[str]]:
    after = None
    while True:
        page = queries.list_for_staff(
            text=choice.text, status=choice.status, category=choice.category, after=after, limit=PAGE, literally=True
        )
        yield [card.product_id for card in page.cards]
        if page.next is None:
            return
        after = page.next
