"""What buyers said, from asking to be published to being taken back: one item a review, moved by one transaction."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.cursors import Mark, cursor_of, mark_of
from catalog.dynamo.reviews import (
    POSTED,
    NotCounted,
    counting,
    posted_of,
    publishing,
    review_from,
    review_record,
    transact,
    votes_for,
)
from catalog.dynamo.tables import REVIEW_QUEUE, REVIEWS
from catalog.dynamo.values import decode_all, encode_all
from catalog.reviews import ReviewMoved, ReviewStatus, SpokenReview, WaitingReviews
from shopcloud.lib import guards

QUEUE_PAGE = 50
BATCH = 100
# What staff may still have to do with; the index holds nothing else.
_QUEUED = {ReviewStatus.PENDING, ReviewStatus.REJECTED}
# The place of a review in the queue: when it was asked for, and its product.
_PLACE = re.compile(POSTED.pattern + r" [a-z0-9]{1,40}")


def find(calls: Calls, product_id: str, review_id: str) -> SpokenReview | None:
    """As it is now; None for what nobody said. What was published without being asked for has version 0 and nobody's
    key until staff answer it.
    """
    item = _read(calls, product_id, f"id#{review_id}")
    if "claimed" in item:
        return find(calls, product_id, item["claimed"])
    if "at" in item:
        published = _read(calls, product_id, item["at"])
        return SpokenReview(review=review_from(published), status=ReviewStatus.PUBLISHED) if published else None
    return spoken_from(item) if "said" in item else None


def _read(calls: Calls, product_id: str, posted: str) -> dict[str, Any]:
    key = encode_all({"product_id": product_id, "posted": posted})
    return decode_all(calls.read("get_item", TableName=REVIEWS.full_name, Key=key, ConsistentRead=True).get("Item", {}))


def find_many(calls: Calls, keys: Iterable[tuple[str, str]]) -> dict[str, SpokenReview]:
    """By product, what stands under up to 100 pairs of a product's and a review's id, in one read; it may lag a moment
    behind, and what a busy table leaves unread is absent."""
    wanted = [encode_all({"product_id": product, "posted": f"id#{review}"}) for product, review in dict.fromkeys(keys)]
    if not wanted:
        return {}
    answer = calls.read("batch_get_item", RequestItems={REVIEWS.full_name: {"Keys": wanted[:BATCH]}})
    items = [decode_all(item) for item in answer["Responses"].get(REVIEWS.full_name, ())]
    claimed = [(item["product_id"], item["claimed"]) for item in items if "claimed" in item]
    return {item["product_id"]: spoken_from(item) for item in items if "said" in item} | find_many(calls, claimed)


def waiting(calls: Calls, *, cursor: str | None = None, status: ReviewStatus = ReviewStatus.PENDING) -> WaitingReviews:
    """The reviews that wait longest for an answer, or the latest that were rejected. Raises BadCursor."""
    queue = str(status)
    request: dict[str, Any] = {
        "TableName": REVIEWS.full_name,
        "IndexName": REVIEW_QUEUE,
        "KeyConditionExpression": "queue = :queue",
        "ExpressionAttributeValues": encode_all({":queue": queue}),
        "ScanIndexForward": status is ReviewStatus.PENDING,
        "Limit": QUEUE_PAGE + 1,
    }
    if cursor:
        asked_at, product_id = mark_of(cursor, listing=queue, sort_key=_PLACE).sort_key.split(" ")
        posted = f"id#{asked_at.rpartition('#')[2]}"
        place = {"queue": queue, "asked_at": asked_at, "product_id": product_id, "posted": posted}
        request["ExclusiveStartKey"] = encode_all(place)
    items = [decode_all(item) for item in calls.read("query", **request)["Items"]]
    shown = items[:QUEUE_PAGE]
    last = f"{shown[-1]['asked_at']} {shown[-1]['product_id']}" if len(items) > QUEUE_PAGE else None
    following = cursor_of(Mark(queue, last)) if last else None
    return WaitingReviews(tuple(map(spoken_from, shown)), following)


def move(calls: Calls, was: SpokenReview | None, to: SpokenReview) -> SpokenReview:
    """Replace `was` by `to` and keep the product's stars in step, all or nothing.

    Raises ReviewMoved when it is not as `was` any more, CatalogUnavailable.
    """
    kept = replace(to, version=was.version + 1 if was else 1)
    steps = [_put(was, kept)]
    stays = was is not None and _is_counted_as(was, kept)
    if was and was.status is ReviewStatus.PUBLISHED and not stays:
        key = {"product_id": was.review.product_id, "posted": posted_of(was.review)}
        steps += [{"Delete": {"TableName": REVIEWS.full_name, "Key": encode_all(key)}}, counting(was.review, -1)]
    if kept.status is ReviewStatus.PUBLISHED:
        votes = 0 if stays else votes_for(calls, kept.review)
        steps.append({"Update": publishing(kept.review, votes=votes)})
        if not stays:
            steps.append(counting(kept.review, 1))
    try:
        transact(calls, steps)
    except NotCounted:
        raise ReviewMoved from None
    return kept


def delete(calls: Calls, said: SpokenReview) -> None:
    """Forget a review that is not published. Raises ReviewMoved when it is not as `said` any more."""
    request = {
        "Key": encode_all({"product_id": said.review.product_id, "posted": f"id#{said.review.review_id}"}),
        "ConditionExpression": "attribute_not_exists(posted) OR (#status = :status AND version = :version)",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": encode_all({":status": str(said.status), ":version": said.version}),
    }
    try:
        calls.write("delete_item", TableName=REVIEWS.full_name, **request)
    except ClientError as error:
        if code_of(error) != "ConditionalCheckFailedException":
            raise
        raise ReviewMoved from None


def _is_counted_as(was: SpokenReview, kept: SpokenReview) -> bool:
    """Whether it stays published in its place with its stars: an item takes one step of a transaction only."""
    both = was.status is kept.status is ReviewStatus.PUBLISHED
    return both and (posted_of(was.review), was.review.rating) == (posted_of(kept.review), kept.review.rating)


def _put(was: SpokenReview | None, kept: SpokenReview) -> dict[str, Any]:
    put: dict[str, Any] = {"TableName": REVIEWS.full_name, "Item": encode_all(_item(kept))}
    if guards.stands("reviews.move"):
        if was is None:
            put["ConditionExpression"] = "attribute_not_exists(posted)"
        elif not was.version:
            put["ConditionExpression"] = "attribute_exists(posted) AND attribute_not_exists(said)"
        else:
            values = {":status": str(was.status), ":version": was.version}
            # Claimed meanwhile, it is somebody else's.
            owner = "person = :person" if was.person else "attribute_not_exists(person)"
            put["ConditionExpression"] = f"#status = :status AND version = :version AND {owner}"
            put["ExpressionAttributeNames"] = {"#status": "status"}
            put["ExpressionAttributeValues"] = encode_all(values | ({":person": was.person} if was.person else {}))
    return {"Put": put}


def _item(spoken: SpokenReview) -> dict[str, Any]:
    review = spoken.review
    item = {
        "product_id": review.product_id,
        "posted": f"id#{review.review_id}",
        "status": str(spoken.status),
        "version": spoken.version,
        "reason": spoken.reason,
        # As text: what waits must not look like a published review to any index.
        "said": json.dumps(review_record(review), ensure_ascii=False),
        **({"person": spoken.person} if spoken.person else {}),
        **({"purchase": spoken.purchase} if spoken.purchase else {}),
    }
    if spoken.status in _QUEUED:
        item |= {"queue": str(spoken.status), "asked_at": posted_of(review)}
    return item


def spoken_from(item: dict[str, Any]) -> SpokenReview:
    return SpokenReview(
        review=review_from(json.loads(item["said"])),
        status=ReviewStatus(item["status"]),
        version=item["version"],
        reason=item.get("reason", ""),
        person=item.get("person", ""),
        purchase=item.get("purchase", ""),
    )
