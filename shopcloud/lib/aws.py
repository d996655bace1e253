"""The AWS clients: one per process and service, with bounded waits and one retry layer.

Nothing but settings knows which engine answers: the endpoint is read from the environment by boto3's own rules
(`AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_S3`). Clients are made on first use, after gunicorn has forked.
"""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from django.conf import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS = 1
READ_SECONDS = 2


def _config(**options: object) -> Config:
    defaults: dict[str, object] = {
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": READ_SECONDS,
        "retries": {"total_max_attempts": 2, "mode": "standard"},
        "max_pool_connections": 32,
    }
    return Config(**{**defaults, **options})  # type: ignore[arg-type]


@cache
def dynamodb() -> "DynamoDBClient":
    """Pages wait for it, so its waits are short. The catalog retries: it knows which call may be repeated."""
    once = _config(connect_timeout=0.5, read_timeout=1.5, retries={"total_max_attempts": 1, "mode": "standard"})
    return boto3.client("dynamodb", region_name=settings.AWS_REGION, config=once)


@cache
def s3() -> "S3Client":
    # rclone answers without response checksums; AWS sends them only when asked to.
    return boto3.client(
        "s3",
        region_name=settings.AWS_REGION,
        config=_config(
            signature_version="s3v4",
            response_checksum_validation="when_required",
            request_checksum_calculation="when_required",
            s3={"addressing_style": "path"},
        ),
    )
