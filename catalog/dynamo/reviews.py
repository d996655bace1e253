"""Reviews in DynamoDB: sorted by time under their product, each counted once in its rating."""

import re
from datetime import UTC, datetime
from typing import Any

import stamina
from botocore.exceptions import ClientError

from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.cursors import Mark, cursor_of, mark_of
from catalog.dynamo.tables import PRODUCTS, REVIEWS
from catalog.dynamo.values import decode_all, encode, encode_all
from catalog.repository import MAX_PAGE_SIZE, CatalogUnavailable
from catalog.reviews import Review, ReviewPage

# Sort keys: `at#<time>#<id>` is a review, `id#<id>` the mark that it was counted, whatever time it was sent with.
POSTED = re.compile(r"at#[0-9T:.+-]{32}#.{1,64}")
CONFLICT = "TransactionConflict"


class NotCounted(Exception):
    """The transaction was refused; `reasons` has one code an item."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(", ".join(reasons))


def add(calls: Calls, review: Review) -> bool:
    """Store a review and count its stars, both or neither. False when it was there already or has no product.

    Raises CatalogUnavailable, also when too many people review the product at once.
    """
    try:
        _store(calls, review)
    except NotCounted as refused:
        if CONFLICT in refused.reasons:
            raise CatalogUnavailable from refused
        return False
    return True


def _store(calls: Calls, review: Review) -> None:
    item = {**review_record(review), "posted": posted_of(review)}
    counted = {"product_id": review.product_id, "posted": f"id#{review.review_id}"}
    mark = {
        "TableName": REVIEWS.full_name,
        "Item": encode_all(counted),
        "ConditionExpression": "attribute_not_exists(posted)",
    }
    put = {"TableName": REVIEWS.full_name, "Item": encode_all(item)}
    transact(calls, [{"Put": mark}, {"Put": put}, counting(review, 1)])


def posted_of(review: Review) -> str:
    """The sort key of a published review."""
    return f"at#{_sortable(review.created_at)}#{review.review_id}"


def counting(review: Review, sign: int) -> dict[str, Any]:
    """The step of a transaction that counts a review's stars in its product's rating, in their sum and among their
    like, or (-1) takes them back."""
    stars = {":stars": sign * review.rating, ":one": sign}
    return {
        "Update": {
            "TableName": PRODUCTS.full_name,
            "Key": {"product_id": encode(review.product_id)},
            "UpdateExpression": f"ADD rating_total :stars, rating_count :one, stars_{review.rating} :one",
            "ConditionExpression": "attribute_exists(product_id)",
            "ExpressionAttributeValues": encode_all(stars),
        }
    }


@stamina.retry(on=lambda error: isinstance(error, NotCounted) and CONFLICT in error.reasons, attempts=6, timeout=1.5,
               wait_initial=0.02, wait_max=0.3, wait_jitter=0.1)  # fmt: skip
def transact(calls: Calls, steps: list[dict[str, Any]]) -> None:
    """Raises NotCounted when a condition fails or, after some tries, when others keep the items busy."""
    try:
        calls.write("transact_write_items", TransactItems=steps)
    except ClientError as error:
        if code_of(error) != "TransactionCanceledException":
            raise
        reasons: list[Any] = error.response.get("CancellationReasons", [])  # type: ignore[assignment]
        raise NotCounted([str(reason.get("Code")) for reason in reasons]) from None


def page(calls: Calls, product_id: str, *, cursor: str | None, limit: int) -> ReviewPage:
    """Reviews of a product, the newest first. Raises BadCursor."""
    mark = mark_of(cursor, listing=product_id, sort_key=POSTED) if cursor else None
    limit = max(1, min(limit, MAX_PAGE_SIZE))
    request: dict[str, Any] = {
        "TableName": REVIEWS.full_name,
        "KeyConditionExpression": "product_id = :product AND begins_with(posted, :reviews)",
        "ExpressionAttributeValues": encode_all({":product": product_id, ":reviews": "at#"}),
        "ScanIndexForward": False,
        "Limit": limit + 1,
    }
    if mark:
        request["ExclusiveStartKey"] = encode_all({"product_id": product_id, "posted": mark.sort_key})
    items = [decode_all(item) for item in calls.read("query", **request)["Items"]]
    shown = items[:limit]
    following = cursor_of(Mark(product_id, shown[-1]["posted"])) if len(items) > limit else None
    return ReviewPage(tuple(map(review_from, shown)), following)


def review_record(review: Review) -> dict[str, Any]:
    return {
        "product_id": review.product_id,
        "review_id": review.review_id,
        "author": review.author,
        "rating": review.rating,
        "title": review.title,
        "body": review.body,
        "verified": review.verified,
        "created_at": review.created_at.isoformat(),
        **({"reply": review.reply} if review.reply else {}),
    }


def review_from(record: dict[str, Any]) -> Review:
    known = {name: value for name, value in record.items() if name != "posted"}
    return Review(**{**known, "created_at": datetime.fromisoformat(record["created_at"])})


def _sortable(moment: datetime) -> str:
    """One length and one time zone, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def page_record(page: ReviewPage) -> list[Any]:
    return [[review_record(review) for review in page.reviews], page.next, list(page.stars)]


def page_from(record: list[Any], *, stale: bool = False) -> ReviewPage:
    reviews, following, stars = record
    return ReviewPage(tuple(map(review_from, reviews)), following, stale, tuple(stars))
