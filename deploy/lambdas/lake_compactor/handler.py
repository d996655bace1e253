"""Each night the last days' files become one a table and day. Merging is the shop's own code, analytics/merging.py."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from analytics.merging import merge, merged_key
from analytics.tables import TABLES, LakeTable

DAYS = 7


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Merge each of the `days` days before the event's time that lie in several files."""
    today = datetime.fromisoformat(event["time"]).astimezone(UTC).date()
    s3, bucket = _s3(), os.environ["LAKE_BUCKET"]
    wanted = [today - timedelta(days=ago) for ago in range(1, int(event.get("days", DAYS)) + 1)]
    done = [compact(s3, bucket, table, day) for table in TABLES.values() for day in wanted]
    merged = [one for one in done if one]
    print(json.dumps({"event": "lake_compactor.merged", "days": merged}))
    return {"merged": merged}


def compact(s3: Any, bucket: str, table: LakeTable, day: date) -> dict[str, Any] | None:
    """One day of one table. New before old: a crash in between leaves copies, which readers count once."""
    keys = sorted(_keys(s3, bucket, table.folder(day)))
    parts = {key: content for key in keys if (content := _read(s3, bucket, key)) is not None} if len(keys) > 1 else {}
    if len(parts) < 2:
        return None
    merged = merge(table, list(parts.values()))
    key = merged_key(table, day, list(parts))
    s3.put_object(Bucket=bucket, Key=key, Body=merged.content)
    for old in parts:
        if old != key:
            s3.delete_object(Bucket=bucket, Key=old)
    return {"table": table.name, "day": day.isoformat(), "files": len(parts), "rows": merged.rows}


def _keys(s3: Any, bucket: str, prefix: str) -> Iterator[str]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        yield from (entry["Key"] for entry in page.get("Contents", []))


def _read(s3: Any, bucket: str, key: str) -> bytes | None:
    """None where the shop's own nightly task took the file meanwhile: it is in the one that it wrote."""
    try:
        content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None
    return content


def _s3() -> Any:
    return boto3.client("s3", config=Config(connect_timeout=2, read_timeout=30, retries={"total_max_attempts": 3}))
