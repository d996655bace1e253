"""The AWS clients: one per process and service, with bounded waits and one retry layer.

Nothing but settings knows which engine answers: the endpoint is read from the environment by boto3's own rules
(`AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL_S3`). Clients are made on first use, after gunicorn has forked.
"""

import json
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import JSONParser, ResponseParserFactory
from django.conf import settings

from shopcloud.lib.resilience import CircuitOpen, TierUnavailable, breaker

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")
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
def dynamodb(read_seconds: float = 1.0) -> "DynamoDBClient":
    """Pages wait for it, so its waits are short. The catalog retries: it knows which call may be repeated."""
    retries = {"total_max_attempts": 1, "mode": "standard"}
    # A fixed name: the default one is put together anew for every call.
    config = _config(connect_timeout=0.5, read_timeout=read_seconds, retries=retries, user_agent="ShopCloud")
    session = botocore.session.get_session()
    session.register_component("response_parser_factory", _PlainParsers())
    return boto3.Session(botocore_session=session).client("dynamodb", region_name=settings.AWS_REGION, config=config)


class _PlainJSON(JSONParser):
    """DynamoDB's answers as their JSON says. The SDK walks every attribute by the service's model and changes only
    binary values, of which the catalog has none; for a product that takes longer than asking for it."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> Any:
        return json.loads(raw_body) if raw_body else {}


class _PlainParsers(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> Any:
        return _PlainJSON() if protocol_name == "json" else super().create_parser(protocol_name)


@cache
def s3(region: str = "") -> "S3Client":
    """Of this process's region, or of another: S3 takes what is signed for a bucket's own region alone."""
    # rclone answers without response checksums; AWS sends them only when asked to.
    return boto3.client(
        "s3",
        region_name=region or settings.AWS_REGION,
        config=_config(
            signature_version="s3v4",
            response_checksum_validation="when_required",
            request_checksum_calculation="when_required",
            s3={"addressing_style": "path"},
        ),
    )


@cache
def sns() -> Any:
    return boto3.client("sns", region_name=settings.AWS_REGION, config=_config())


def publish(topic: str, message: str, *, event: str, unavailable: TierUnavailable) -> None:
    """Tell a topic; subscribers choose by `event`. Raises `unavailable`."""
    named: Any = {"event": {"DataType": "String", "StringValue": event}}
    try:
        sns().publish(TopicArn=topic, Message=message, MessageAttributes=named)
    except (BotoCoreError, ClientError) as error:
        raise unavailable from error


def secret(arn: str, *, version: str = "") -> str:
    """What a secret holds, or a version of it that is on its way."""
    client: Any = boto3.client("secretsmanager", region_name=settings.AWS_REGION, config=_config())
    which = {"VersionId": version} if version else {}
    value: str = client.get_secret_value(SecretId=arn, **which)["SecretString"]
    return value


def credentials() -> Any:
    """This process's own, which renew themselves: for clients that sign what they send."""
    return boto3.Session().get_credentials()


def ask_s3(ask: Callable[[], T], *, unavailable: TierUnavailable) -> T | None:
    """S3's answer, or None where it says there is no such thing. Raises `unavailable`, at once while S3 is down."""
    try:
        # Not `breaker.call`: that would let one thread at a time talk to S3.
        with breaker("s3").calling():
            try:
                return ask()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                    return None
                raise
    except (BotoCoreError, ClientError, CircuitOpen) as error:
        raise unavailable from error


def make_bucket(bucket: str, *, unavailable: TierUnavailable) -> None:
    """Make a bucket in this process's region unless it is there."""
    if ask_s3(lambda: s3().head_bucket(Bucket=bucket), unavailable=unavailable) is not None:
        return
    region = s3().meta.region_name
    # S3's oldest region is the one that may not be named.
    placed = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    ask_s3(lambda: s3().create_bucket(Bucket=bucket, **placed), unavailable=unavailable)  # type: ignore[arg-type]
