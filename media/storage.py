"""The only code that speaks S3 for pictures, models and downloads. Keys are immutable: a key's bytes never change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from boto3.s3.transfer import TransferConfig
from django.conf import settings

from shopcloud.lib import aws, residency
from shopcloud.lib.resilience import TierUnavailable

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
        aws.make_bucket(bucket, unavailable=_unavailable())


def bucket_of_copies() -> str:
    """Where copies of people's data lie: in the region of the home we are in."""
    return str(settings.OTHER_BUCKETS.get(residency.region(), settings.DOWNLOADS_BUCKET))


def put(bucket: str, key: str, content: bytes, *, content_type: str) -> None:
    _ask(
        lambda: aws.s3().put_object(
            Bucket=bucket, Key=key, Body=content, ContentType=content_type, CacheControl=IMMUTABLE
        )
    )


def put_file(bucket: str, key: str, file: BinaryIO, *, content_type: str) -> None:
    """Send a file of any size, a large one in parts: never is more than a part of it in memory."""
    file.seek(0)
    _ask(
        lambda: _of(bucket).upload_fileobj(
            file,
            bucket,
            key,
            ExtraArgs={"ContentType": content_type, "CacheControl": "private, no-store"},
            Config=TransferConfig(use_threads=False),
        )
    )


def exists(bucket: str, key: str) -> bool:
    return _ask(lambda: aws.s3().head_object(Bucket=bucket, Key=key)) is not None


def open_object(bucket: str, key: str) -> StoredObject | None:
    """The object, or None where there is none."""
    answer = _ask(lambda: _of(bucket).get_object(Bucket=bucket, Key=key))
    if answer is None:
        return None
    return StoredObject(answer["ContentLength"], answer["ContentType"], answer["Body"].iter_chunks(CHUNK))


def read_part(bucket: str, key: str, start: int, end: int) -> bytes | None:
    """The bytes from `start` to before `end`, or None where there is no such object."""

    def read() -> bytes:
        answer = _of(bucket).get_object(Bucket=bucket, Key=key, Range=f"bytes={start}-{end - 1}")
        return bytes(answer["Body"].read())

    return _ask(read)


def delete(bucket: str, key: str) -> None:
    """Remove an object; one that is gone already is fine."""
    _ask(lambda: _of(bucket).delete_object(Bucket=bucket, Key=key))


def keys(bucket: str, prefix: str) -> Iterator[str]:
    """Every key below `prefix`, page by page."""
    token = ""
    while True:
        page = _page(bucket, prefix, token)
        yield from (entry["Key"] for entry in page.get("Contents", []))
        token = page.get("NextContinuationToken", "")
        if not token:
            return


def _page(bucket: str, prefix: str, token: str) -> Any:
    more: Any = {"ContinuationToken": token} if token else {}
    return _ask(lambda: aws.s3().list_objects_v2(Bucket=bucket, Prefix=prefix, **more)) or {}


def presigned(bucket: str, key: str, *, seconds: int, disposition: str) -> str:
    """A URL that opens the object for `seconds`, signed here without asking S3."""
    asked = {"Bucket": bucket, "Key": key, "ResponseContentDisposition": disposition}
    return _of(bucket).generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)


def _of(bucket: str) -> Any:
    """The client of the bucket's region."""
    home = next((region for region, name in settings.OTHER_BUCKETS.items() if name == bucket), "")
    return aws.s3(settings.AWS_REGIONS[home]) if home else aws.s3()


def _ask(ask: Callable[[], T]) -> T | None:
    return aws.ask_s3(ask, unavailable=_unavailable())


def _unavailable() -> MediaUnavailable:
    return MediaUnavailable("Files cannot be reached right now. Try again in a minute.")
