"""The two doors to DynamoDB: the writer goes to the table, the reader to DAX where one is configured."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from catalog.dynamo.calls import PATIENCE_SECONDS, Calls
from catalog.dynamo.products import probe
from shopcloud.lib import aws

if TYPE_CHECKING:
    from catalog.dynamo.dax import DaxCalls


@cache
def writer() -> Calls:
    return Calls(aws.dynamodb(), patient=aws.dynamodb(read_seconds=PATIENCE_SECONDS), tier="dynamo")


@cache
def dax() -> "DaxCalls | None":
    """The way through DAX, connected on first use; None where no cluster is configured."""
    if not settings.DAX_ENDPOINT:
        return None
    # Parsers of a thousand grammar rules come with it: only a shop with DAX pays for them.
    from catalog.dynamo.dax import DaxCalls

    return DaxCalls(writer())


def ping() -> None:
    """Raises when the table does not answer. Asked past the breaker, whose answer would not be the table's."""
    aws.dynamodb().get_item(**probe())


def ping_dax() -> None:
    """Raises when DAX does not answer by itself."""
    through = dax()
    if through:
        through.ping("get_item", **probe())
