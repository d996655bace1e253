"""The lake's bucket: small writes, listings and reads by range. The only code of the lake that speaks S3."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from shopcloud.lib import aws
from shopcloud.lib.resilience import TierUnavailable


class LakeUnavailable(TierUnavailable):
    """The lake's bucket does not answer. The shop goes on; clicks wait in their stream, purchases in the outbox."""


@dataclass(frozen=True, slots=True)
class LakeFile:
    """An object of the lake, `size` bytes."""

    key: str
    size: int


def unavailable() -> LakeUnavailable:
    return LakeUnavailable("The lake cannot be reached right now. Try again in a minute.")


def create_bucket() -> None:
    """Make the lake's bucket if it is missing."""
    aws.make_bucket(settings.LAKE_BUCKET, unavailable=unavailable())


def put(key: str, content: bytes) -> None:
    aws.ask_s3(
        lambda: aws.s3().put_object(Bucket=settings.LAKE_BUCKET, Key=key, Body=content), unavailable=unavailable()
    )


def read(key: str, start: int, length: int) -> bytes | None:
    """`length` bytes of an object from `start` on, or None if it is gone."""
    last = start + length - 1
    return aws.ask_s3(
        lambda: aws.s3().get_object(Bucket=settings.LAKE_BUCKET, Key=key, Range=f"bytes={start}-{last}")["Body"].read(),
        unavailable=unavailable(),
    )


def files(prefix: str) -> list[LakeFile]:
    """Every object below `prefix`, by key."""
    found, token = [], ""
    while True:
        page = _listing(prefix, token)
        found += [LakeFile(entry["Key"], entry["Size"]) for entry in page.get("Contents", [])]
        token = page.get("NextContinuationToken", "")
        if not token:
            return sorted(found, key=lambda file: file.key)


def _listing(prefix: str, token: str) -> Any:
    more: Any = {"ContinuationToken": token} if token else {}
    return (
        aws.ask_s3(
            lambda: aws.s3().list_objects_v2(Bucket=settings.LAKE_BUCKET, Prefix=prefix, **more),
            unavailable=unavailable(),
        )
        or {}
    )


def delete(keys: list[str]) -> None:
    """Remove objects; those that are gone already are fine."""
    for key in keys:
        _delete(key)


def _delete(key: str) -> None:
    aws.ask_s3(lambda: aws.s3().delete_object(Bucket=settings.LAKE_BUCKET, Key=key), unavailable=unavailable())
