"""The two doors to DynamoDB: the writer goes to the table, the reader to DAX where one is configured."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from catalog.dynamo.calls import Calls
from shopcloud.lib import aws

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


# Below the five seconds that no request may take.
PATIENCE_SECONDS = 3.0


@cache
def writer() -> Calls:
    return Calls(aws.dynamodb(), patient=aws.dynamodb(read_seconds=PATIENCE_SECONDS), tier="dynamo")


@cache
def reader() -> Calls:
    """For eventually consistent reads of products."""
    return Calls(_dax(), tier="dax") if settings.DAX_ENDPOINT else writer()


def _dax() -> "DynamoDBClient":
    # Made on first use: the client starts threads, which would not survive gunicorn's fork.
    try:
        import amazondax
    except ImportError:
        raise ImproperlyConfigured(
            "DAX_ENDPOINT is set but the DAX client is not installed. Install amazon-dax-client, or unset DAX_ENDPOINT."
        ) from None
    client: DynamoDBClient = amazondax.AmazonDaxClient(
        endpoint_url=settings.DAX_ENDPOINT, region_name=settings.AWS_REGION
    )
    return client
