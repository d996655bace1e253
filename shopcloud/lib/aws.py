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


def _config(**extra: object) -> Config:
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=32,
        **extra,  # type: ignore[arg-type]
    )


@cache
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", region_name=settings.AWS_REGION, config=_config())


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
