"""Category pages: one query of one index, forwards or backwards from a cursor. Nothing scans, nothing counts."""

import re
from typing import TYPE_CHECKING, Any

from catalog.domain import CATEGORY, CardPage
from catalog.dynamo.calls import Calls
from catalog.dynamo.cursors import Mark, cursor_of, mark_of
from catalog.dynamo.items import FEATURED, LEVELS, card_of_item
from catalog.dynamo.tables import PRODUCTS
from catalog.dynamo.values import encode, encode_all
from catalog.repository import MAX_PAGE_SIZE

if TYPE_CHECKING:
    from catalog.dynamo.dax import DaxCalls

RANK_KEY = re.compile(r"[0-9]{12}[a-z0-9]{1,40}")
_RANK_DIGITS = 12


def category_page(
    calls: Calls, category: str, *, cursor: str | None, limit: int, near: "Calls | DaxCalls | None" = None
) -> CardPage:
    """One page of the category's active products; its depth decides the index. Raises BadCursor.

    Pages onward from a cursor come from `near`, if given. DAX answers a query it has seen with what it saw, whatever
    was saved since; so the first page, where a change has to show at once and which going back may lead to, never
    comes from there.
    """
    if not CATEGORY.fullmatch(category):
        return CardPage((), None)
    mark = mark_of(cursor, listing=category, sort_key=RANK_KEY) if cursor else None
    limit = max(1, min(limit, MAX_PAGE_SIZE))
    # One more than is shown tells whether there is another page.
    source = near if near and mark and not mark.backwards else calls
    items = _query(source, LEVELS[category.count("/")], category, mark=mark, limit=limit + 1)
    shown, more = items[:limit], len(items) > limit
    if mark and mark.backwards:
        if not shown:
            return category_page(calls, category, cursor=None, limit=limit)
        shown.reverse()
        before, after = more, True
    else:
        before, after = mark is not None, more
    return CardPage(
        tuple(map(card_of_item, shown)),
        next=_cursor(category, shown[-1]) if after and shown else None,
        previous=_cursor(category, shown[0], backwards=True) if before and shown else None,
    )


def featured(calls: Calls, *, limit: int) -> CardPage:
    items = _query(calls, "shelf", FEATURED, mark=None, limit=max(1, min(limit, MAX_PAGE_SIZE)))
    return CardPage(tuple(map(card_of_item, items)), None)


def _query(
    calls: "Calls | DaxCalls", hash_key: str, value: str, *, mark: Mark | None, limit: int
) -> list[dict[str, Any]]:
    index = next(i for i in PRODUCTS.indexes if i.hash_key == hash_key)
    request: dict[str, Any] = {
        "TableName": PRODUCTS.full_name,
        "IndexName": index.name,
        "KeyConditionExpression": "#listing = :listing",
        "ExpressionAttributeNames": {"#listing": hash_key},
        "ExpressionAttributeValues": {":listing": encode(value)},
        "ScanIndexForward": not (mark and mark.backwards),
        "Limit": limit,
    }
    if mark:
        product_id = mark.sort_key[_RANK_DIGITS:]
        start = {hash_key: value, index.range_key: mark.sort_key, PRODUCTS.hash_key: product_id}
        request["ExclusiveStartKey"] = encode_all(start)
    items: list[dict[str, Any]] = calls.read("query", **request)["Items"]
    return items


def _cursor(category: str, item: dict[str, Any], *, backwards: bool = False) -> str:
    return cursor_of(Mark(category, item["rank_key"]["S"], backwards))
