"""The only code that speaks S3 for pictures, models and downloads. Keys are immutable: a key's bytes never change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from shopcloud.lib import aws
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable, breaker

T = TypeVar("T")
CHUNK = 64 * 1024
IMMUTABLE = "public, max-age=31536000, immutable"


class MediaUnavailable(TierUnavailable):
    """S3 does not answer. Pages go on with placeholders; uploads must wait."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object being read: `size` bytes, handed out in chunks; the connection is freed when `chunks` ends."""

    size: int
    content_type: str
    chunks: Iterator[bytes]


def create_buckets() -> None:
    """Make the media and downloads buckets that are missing."""
    for bucket in (settings.MEDIA_BUCKET, settings.DOWNLOADS_BUCKET):
        create_bucket(bucket)


def create_bucket(bucket: str) -> None:
    s3 = aws.s3()
    if _ask(lambda: s3.head_bucket(Bucket=bucket)) is not None:
        return
    region = s3.meta.region_name
    # S3's oldest region is the one that may not be named.
    placed = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    _ask(lambda: s3.create_bucket(Bucket=bucket, **placed))  # type: ignore[arg-type]


def put(bucket: str, key: str, content: bytes, *, content_type: str) -> None:
    _ask(
        lambda: aws.s3().put_object(
            Bucket=bucket, Key=key, Body=content, ContentType=content_type, CacheControl=IMMUTABLE
        )
    )


def exists(bucket: str, key: str) -> bool:
    return _ask(lambda: aws.s3().head_object(Bucket=bucket, Key=key)) is not None


def open_object(bucket: str, key: str) -> StoredObject | None:
    """The object, or None where there is none."""
    answer = _ask(lambda: aws.s3().get_object(Bucket=bucket, Key=key))
    if answer is None:
        return None
    return StoredObject(answer["ContentLength"], answer["ContentType"], answer["Body"].iter_chunks(CHUNK))


def delete(bucket: str, key: str) -> None:
    """Remove an object; one that is gone already is fine."""
    _ask(lambda: aws.s3().delete_object(Bucket=bucket, Key=key))


def presigned(bucket: str, key: str, *, seconds: int, disposition: str) -> str:
    """A URL that opens the object for `seconds`, signed here without asking S3."""
    asked = {"Bucket": bucket, "Key": key, "ResponseContentDisposition": disposition}
    return aws.s3().generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)


def _ask(ask: Callable[[], T]) -> T | None:
    """S3's answer, or None where it says there is no such thing. Raises MediaUnavailable, at once while S3 is down."""
    try:
        # Not `breaker.call`: that would let one thread at a time talk to S3.
        with breaker("s3").calling():
            try:
                return ask()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    return None
                raise
    except (BotoCoreError, ClientError, CircuitOpen) as error:
        raise MediaUnavailable("Files cannot be reached right now. Try again in a minute.") from error
