"""Reads of the catalog. Each states how fresh it must be."""

from catalog.domain import CardPage, Category
from catalog.search.index import SearchRequest, SearchResult, Suggestion, search_index
from shopcloud.lib import aws


def departments() -> list[Category]:
    return []


def ping() -> None:
    aws.dynamodb().list_tables(Limit=1)


def ping_search() -> None:
    search_index().ping()


def search(request: SearchRequest) -> SearchResult:
    """One page of hits with facets. Raises SearchUnavailable."""
    return search_index().search(request)


def suggest(text: str, *, limit: int = 8) -> list[Suggestion]:
    """What a shopper may be typing: categories, then products. Raises SearchUnavailable."""
    return search_index().suggest(text, limit=limit)


def list_for_staff(
    *, text: str = "", status: str = "", category: str = "", after: str | None = None, limit: int = 50
) -> CardPage:
    """Products of any status, the last changed first. Raises SearchUnavailable and BadCursor."""
    return search_index().list_for_staff(text=text, status=status, category=category, after=after, limit=limit)
