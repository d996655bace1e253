"""Products in DynamoDB: one conditional write per change, one key read per product, one index query per page."""

import random
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from catalog.domain import PRODUCT_ID, CardPage, Freshness, InvalidProduct, Product, Status
from catalog.dynamo import listings
from catalog.dynamo.calls import Calls, code_of
from catalog.dynamo.items import attributes_of, new_item, product_of, saved_names
from catalog.dynamo.tables import PRODUCTS
from catalog.dynamo.values import encode, encode_all
from catalog.records import editorial_record
from catalog.repository import (
    PAGE_SIZE,
    AnswerLost,
    CatalogUnavailable,
    ProductExists,
    SaveDoubted,
    VersionConflict,
)

if TYPE_CHECKING:
    from catalog.dynamo.dax import DaxCalls

BATCH = 100
BATCH_ROUNDS = 6
SCAN_PAGE = 500
CONDITION_FAILED = "ConditionalCheckFailedException"


class DynamoProducts:
    """The repository itself. With `dax`, browsing and saves go through it, and the rest to the table."""

    def __init__(self, calls: Calls, *, dax: "DaxCalls | None" = None) -> None:
        self._calls = calls
        self._dax = dax
        self._near: Calls | DaxCalls = dax or calls

    # -- reads -------------------------------------------------------------------------------------------------

    def get(self, product_id: str, *, freshness: Freshness) -> Product | None:
        if not PRODUCT_ID.fullmatch(product_id):
            return None
        strong = freshness is Freshness.STRONG
        calls = self._calls if strong else self._near
        request = {"TableName": PRODUCTS.full_name, "Key": _key(product_id), "ConsistentRead": strong}
        answer = calls.read("get_item", **request)
        if "Item" not in answer and calls is self._dax:
            # DAX remembers for minutes that something was not there.
            answer = self._calls.read("get_item", **request)
        return product_of(answer["Item"]) if "Item" in answer else None

    def get_many(self, product_ids: Iterable[str], *, freshness: Freshness) -> dict[str, Product]:
        wanted = [pid for pid in dict.fromkeys(product_ids) if PRODUCT_ID.fullmatch(pid)]
        strong = freshness is Freshness.STRONG
        found = self._read_all(self._calls if strong else self._near, wanted, strong=strong)
        missing = [pid for pid in wanted if pid not in found]
        if missing and self._dax and not strong:
            found |= self._read_all(self._calls, missing, strong=False)
        return {pid: found[pid] for pid in wanted if pid in found}

    def in_category(self, category: str, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> CardPage:
        return listings.category_page(self._calls, category, cursor=cursor, limit=limit, near=self._near)

    def featured(self, *, limit: int) -> CardPage:
        return listings.featured(self._calls, limit=limit)

    def scan_segments(self, segment: int, total: int) -> Iterator[Product]:
        request: dict[str, Any] = {"TableName": PRODUCTS.full_name}
        if total > 1:
            request |= {"Segment": segment, "TotalSegments": total}
        while True:
            answer = self._calls.sweep("scan", Limit=SCAN_PAGE, **request)
            yield from map(product_of, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    # -- writes ------------------------------------------------------------------------------------------------

    def create(self, product: Product) -> Product:
        item = new_item(product)
        try:
            self._write("put_item", Item=item, ConditionExpression="attribute_not_exists(product_id)")
        except _ConditionFailed:
            raise ProductExists(product.product_id) from None
        except AnswerLost as lost:
            wanted = product_of(item)
            if _same(stored := self._stored(wanted, lost), wanted):
                return stored
            raise ProductExists(product.product_id) from None
        return product_of(item)

    def put(self, product: Product, *, expected_version: int, sold_out: Collection[str] = ()) -> Product:
        kept = {**attributes_of(product), "updated_at": product.updated_at.isoformat()}
        try:
            return self._save(product.product_id, kept, saved_names() - set(kept), expected_version, set(sold_out))
        except AnswerLost as lost:
            wanted = replace(product, version=expected_version + 1)
            if _same(stored := self._stored(wanted, lost), wanted):
                return stored
            raise VersionConflict(product.product_id, expected=expected_version, actual=stored.version) from None

    def archive(self, product_id: str, *, expected_version: int, now: datetime) -> Product:
        product = self.get(product_id, freshness=Freshness.STRONG)
        if product is None:
            raise VersionConflict(product_id, expected=expected_version, actual=None)
        archived = replace(product, status=Status.ARCHIVED, updated_at=now)
        return self.put(archived, expected_version=expected_version)

    def set_availability(self, product_id: str, sku: str, in_stock: bool) -> Product | None:
        verb = "DELETE" if in_stock else "ADD"
        return self._move(product_id, f"{verb} sold_out :skus", {":skus": {sku}})

    def set_rating(self, product_id: str, *, total: int, count: int) -> Product | None:
        values = {":total": total, ":count": count}
        return self._move(product_id, "SET rating_total = :total, rating_count = :count", values)

    def remember(self, read: Iterable[Product]) -> None:
        """Nothing is kept nearer than the table."""

    def renew(self, found: Mapping[str, Product | None]) -> None:
        """Nothing is kept nearer than the table."""

    def forget(self, product_id: str) -> None:
        """Nothing is kept nearer than the table."""

    # -- how ---------------------------------------------------------------------------------------------------

    def _save(
        self, product_id: str, kept: dict[str, Any], removed: set[str], expected: int, sold_out: set[str]
    ) -> Product:
        names = {f"#{name}": name for name in (*kept, *removed, "version")}
        values = {**{f":{name}": value for name, value in kept.items()}, ":expected": expected, ":next": expected + 1}
        sets = ", ".join(["#version = :next", *(f"#{name} = :{name}" for name in kept)])
        values |= {":sold_out": sold_out} if sold_out else {}
        adds = " ADD sold_out :sold_out" if sold_out else ""
        removes = f" REMOVE {', '.join(f'#{name}' for name in sorted(removed))}" if removed else ""
        try:
            answer = self._write(
                "update_item",
                Key=_key(product_id),
                UpdateExpression=f"SET {sets}{removes}{adds}",
                ConditionExpression="#version = :expected",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=encode_all(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except _ConditionFailed as failed:
            actual = failed.version
            if actual is None and self._dax:
                # DAX does not say what stood in the way.
                actual = getattr(self.get(product_id, freshness=Freshness.STRONG), "version", None)
            raise VersionConflict(product_id, expected=expected, actual=actual) from None
        return product_of(answer["Attributes"])

    def _stored(self, wanted: Product, lost: AnswerLost) -> Product:
        """What stands where a write without an answer was to store `wanted`. Raises SaveDoubted where that cannot be
        read, or is as it was: what was sent may still arrive.
        """
        try:
            stored = self.get(wanted.product_id, freshness=Freshness.STRONG)
        except CatalogUnavailable:
            stored = None
        if stored is None or stored.version < wanted.version:
            raise SaveDoubted(wanted) from lost
        return stored

    def _move(self, product_id: str, expression: str, values: dict[str, Any]) -> Product | None:
        """Change a derived attribute in place; None when the product does not exist."""
        if not PRODUCT_ID.fullmatch(product_id):
            return None
        try:
            answer = self._write(
                "update_item",
                Key=_key(product_id),
                UpdateExpression=expression,
                ConditionExpression="attribute_exists(product_id)",
                ExpressionAttributeValues=encode_all(values),
                ReturnValues="ALL_NEW",
            )
        except _ConditionFailed:
            return None
        return product_of(answer["Attributes"])

    def _write(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self._near.write(operation, TableName=PRODUCTS.full_name, **request)
        except ClientError as error:
            if code_of(error) == CONDITION_FAILED:
                raise _ConditionFailed(error) from None
            if code_of(error) == "ValidationException" and "size" in str(error):
                raise InvalidProduct({"description": "the product is larger than 400 KB; shorten its texts"}) from None
            raise

    def _read_all(self, calls: "Calls | DaxCalls", product_ids: list[str], *, strong: bool) -> dict[str, Product]:
        found: dict[str, Product] = {}
        for start in range(0, len(product_ids), BATCH):
            for item in _read_batch(calls, product_ids[start : start + BATCH], strong=strong):
                product = product_of(item)
                found[product.product_id] = product
        return found


class _ConditionFailed(Exception):
    """A conditional write was refused; `version` is that of the item as it is, None where there is none."""

    def __init__(self, error: ClientError) -> None:
        item: Any = error.response.get("Item", {})
        self.version = int(item["version"]["N"]) if "version" in item else None


def _same(stored: Product, wanted: Product) -> bool:
    """Whether it is this very save that is stored, which its moment tells from one like it."""
    told = (stored.version, stored.updated_at) == (wanted.version, wanted.updated_at)
    return told and editorial_record(stored) == editorial_record(wanted)


def _key(product_id: str) -> dict[str, Any]:
    return {"product_id": encode(product_id)}


def _read_batch(calls: "Calls | DaxCalls", product_ids: list[str], *, strong: bool) -> Iterator[dict[str, Any]]:
    """The items of up to 100 ids, in any order. What DynamoDB leaves unread is asked for again, a few times."""
    left: Any = {PRODUCTS.full_name: {"Keys": [_key(pid) for pid in product_ids], "ConsistentRead": strong}}
    for attempt in range(BATCH_ROUNDS):
        answer = calls.read("batch_get_item", RequestItems=left)
        yield from answer["Responses"].get(PRODUCTS.full_name, ())
        left = answer.get("UnprocessedKeys")
        if not left:
            return
        time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311
    raise CatalogUnavailable("The catalog is too busy to read all products. Please try again in a moment.")


def probe() -> dict[str, Any]:
    """A read that costs nothing and finds nothing: it tells whether somebody answers."""
    return {"TableName": PRODUCTS.full_name, "Key": _key("nobody")}
