"""A product's reviews in each order they are shown in: one query each, page by page."""

import re
from typing import Any

from botocore.exceptions import ClientError

from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.cursors import Mark, cursor_of, mark_of
from catalog.dynamo.reviews import POSTED, VOTE, placing, posted_of, review_from, review_record
from catalog.dynamo.tables import (
    REVIEWS,
    REVIEWS_BY_HELP,
    REVIEWS_BY_STARS,
    REVIEWS_BY_STARS_AND_HELP,
)
from catalog.dynamo.values import decode_all, encode_all
from catalog.repository import MAX_PAGE_SIZE
from catalog.reviews import PLAIN, Review, ReviewOrder, ReviewPage, ReviewSort

# Where a page ends: its last review's votes or stars, and its place by time.
_PLACE = re.compile(r"(\d{1,30}) (" + POSTED.pattern + ")")


def page(calls: Calls, product_id: str, *, cursor: str | None, limit: int, order: ReviewOrder = PLAIN) -> ReviewPage:
    """Reviews of a product in this order. Raises BadCursor."""
    limit = max(1, min(limit, MAX_PAGE_SIZE))
    request = {"TableName": REVIEWS.full_name, "Limit": limit + 1, **_query(product_id, order)}
    listing = f"{product_id} {order.sort} {order.stars}"
    if cursor:
        place = mark_of(cursor, listing=listing, sort_key=_PLACE).sort_key
        request["ExclusiveStartKey"] = encode_all(_start(product_id, order, place))
    items = [decode_all(item) for item in calls.read("query", **request)["Items"]]
    shown = items[:limit]
    following = cursor_of(Mark(listing, _place(order, shown[-1]))) if len(items) > limit else None
    return ReviewPage(tuple(map(review_from, shown)), following)


def _query(product_id: str, order: ReviewOrder) -> dict[str, Any]:
    stars = f"{order.stars}#" if order.stars else ""
    if order.sort is ReviewSort.HELPFUL:
        index = REVIEWS_BY_STARS_AND_HELP if stars else REVIEWS_BY_HELP
        name, value = ("starred", f"{product_id}#{order.stars}") if stars else ("product_id", product_id)
        return _asked(f"{name} = :key", {":key": value}, index)
    if order.is_plain:
        return _asked("product_id = :key AND begins_with(posted, :in)", {":key": product_id, ":in": "at#"})
    condition, values = "product_id = :key", {":key": product_id}
    if stars:
        condition, values = f"{condition} AND begins_with(by_stars, :in)", {**values, ":in": stars}
    asked = _asked(condition, values, REVIEWS_BY_STARS)
    # Of reviews with the same stars the newest come first, whatever order was asked for.
    return {**asked, "ScanIndexForward": order.sort is ReviewSort.LOWEST and not stars}


def _asked(condition: str, values: dict[str, str], index: str = "") -> dict[str, Any]:
    return {
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": encode_all(values),
        "ScanIndexForward": False,
        **({"IndexName": index} if index else {}),
    }


def _place(order: ReviewOrder, item: dict[str, Any]) -> str:
    rank = item["helpful"] if order.sort is ReviewSort.HELPFUL else item["rating"]
    return f"{rank} {item['posted']}"


def _start(product_id: str, order: ReviewOrder, place: str) -> dict[str, Any]:
    """The keys of the last review of the page before."""
    rank, _space, posted = place.partition(" ")
    keys: dict[str, Any] = {"product_id": product_id, "posted": posted}
    if order.is_plain:
        return keys
    if order.sort is not ReviewSort.HELPFUL:
        return {**keys, "by_stars": f"{rank}#{posted}"}
    return {**keys, "helpful": int(rank), **({"starred": f"{product_id}#{order.stars}"} if order.stars else {})}


def place_earlier(calls: Calls, product_id: str) -> int:
    """Put the reviews of earlier releases, which stand by time alone, in their place in every order; returns how many.

    May run again, and beside people who review and vote.
    """
    request: dict[str, Any] = {
        "TableName": REVIEWS.full_name,
        "KeyConditionExpression": "product_id = :key AND begins_with(posted, :in)",
        "FilterExpression": "attribute_not_exists(starred)",
        "ExpressionAttributeValues": encode_all({":key": product_id, ":in": "at#"}),
    }
    placed = 0
    while True:
        answer = calls.sweep("query", **request)
        placed += sum(_placed(calls, review_from(decode_all(item))) for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return placed
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _placed(calls: Calls, review: Review) -> bool:
    mark = {"product_id": review.product_id, "posted": f"id#{review.review_id}"}
    at = {"UpdateExpression": "SET #at = :at", "ExpressionAttributeNames": {"#at": "at"}}
    # Votes find it by its mark; first, so that one without it is placed again.
    if not _set(calls, mark, {**at, "ExpressionAttributeValues": encode_all({":at": posted_of(review)})}):
        return False
    return _set(calls, {"product_id": review.product_id, "posted": posted_of(review)}, placing(review))


def _set(calls: Calls, key: dict[str, str], update: dict[str, Any]) -> bool:
    """False for what is gone meanwhile."""
    try:
        calls.write(
            "update_item",
            TableName=REVIEWS.full_name,
            Key=encode_all(key),
            ConditionExpression="attribute_exists(posted)",
            **update,
        )
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        return False
    return True


def page_record(page: ReviewPage) -> list[Any]:
    """As it is kept in Redis."""
    kept = [{**review_record(review), "helpful": review.helpful * VOTE} for review in page.reviews]
    return [kept, page.next, list(page.stars)]


def page_from(record: list[Any], *, stale: bool = False) -> ReviewPage:
    """Of what was kept, by whichever release: a newer one may say more, behind or beside what is read here."""
    reviews, following, stars, *_more = record
    return ReviewPage(tuple(map(review_from, reviews)), following, stale, tuple(stars))
