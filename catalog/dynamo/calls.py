"""One call of DynamoDB: timed, bounded, retried where that is safe, and left alone while the store is down."""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import stamina
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.exceptions import ConnectionError as NoConnectionError

from catalog.repository import AnswerLost, CatalogUnavailable
from shopcloud.lib.observability import tier
from shopcloud.lib.resilience import Breaker, CircuitOpen, breaker

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "LimitExceededException",
    }
)
# A page makes two or three reads; a store that hangs is left alone before the second page would wait as well.
FAILURES = 3
# What a write, or a read that no page waits for, may take. Below the five seconds that no request may take.
PATIENCE_SECONDS = 3.0
# botocore counts a connection that nobody accepts, or that TLS refuses, among other errors than one that breaks.
_UNREACHABLE = (HTTPClientError, NoConnectionError, NoCredentialsError, CredentialRetrievalError)
# One repetition after a short, jittered wait: a request must not outlive the patience of the person waiting.
_once_more = stamina.RetryingCaller(attempts=2, timeout=0.5, wait_initial=0.02, wait_max=0.1, wait_jitter=0.03)
# A sweep has thousands of reads behind it that would be begun anew.
_patiently = stamina.RetryingCaller(attempts=8, timeout=60, wait_initial=0.1, wait_max=5, wait_jitter=0.5)


def code_of(error: ClientError) -> str:
    """The name AWS gave the error, such as `ConditionalCheckFailedException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_outage(error: BaseException) -> bool:
    """The store failed to answer, as opposed to answering no."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500 or code_of(error) in THROTTLED
    return isinstance(error, _UNREACHABLE)


def _may_read_again(error: Exception) -> bool:
    return is_outage(error) and not isinstance(error, ReadTimeoutError)


def _may_sweep_again(error: Exception) -> bool:
    return is_outage(error) or isinstance(error, CircuitOpen)


def _may_write_again(error: Exception) -> bool:
    """Only what was surely not carried out: a repeated conditional write would fail on its own first success."""
    return isinstance(error, EndpointConnectionError | ConnectTimeoutError) or (
        isinstance(error, ClientError) and code_of(error) in THROTTLED
    )


class Calls:
    """Calls a client with boto3's low-level interface. Raises CatalogUnavailable, or ClientError for a real answer."""

    def __init__(self, client: "DynamoDBClient", *, patient: "DynamoDBClient | None" = None, tier: str) -> None:
        """`patient` may wait longer: it carries writes, and reads that no page waits for."""
        self._client = client
        self._patient = patient or client
        self._tier = tier
        self._breaker = _breaker(tier)

    def read(self, operation: str, **request: Any) -> dict[str, Any]:
        return self._call(_once_more.on(_may_read_again), self._client, operation, request)

    def sweep(self, operation: str, **request: Any) -> dict[str, Any]:
        """A large read that no page waits for: of a store that throttles or is slow it is asked again for a minute."""
        return self._call(_patiently.on(_may_sweep_again), self._patient, operation, request)

    def write(self, operation: str, **request: Any) -> dict[str, Any]:
        """Raises AnswerLost where it may have been carried out all the same."""
        try:
            return self._call(_once_more.on(_may_write_again), self._patient, operation, request)
        except CatalogUnavailable as away:
            met = away.__cause__
            if isinstance(met, Exception) and not _may_write_again(met):
                raise AnswerLost from met
            raise

    def _call(
        self,
        caller: stamina.BoundRetryingCaller,
        client: "DynamoDBClient",
        operation: str,
        request: dict[str, Any],
    ) -> dict[str, Any]:
        try:
            with tier(self._tier):
                return caller(self._guarded, getattr(client, operation), request)
        except CircuitOpen:
            raise CatalogUnavailable from None
        except (BotoCoreError, ClientError) as error:
            if is_outage(error):
                raise CatalogUnavailable from error
            raise

    def _guarded(self, operation: Any, request: dict[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", self._breaker.call(operation, **request))


@cache
def _breaker(tier: str) -> Breaker:
    found = breaker(tier)
    found.fail_max = FAILURES
    # A refusal (a failed condition, a bad request) is an answer: the store is well.
    found.add_excluded_exception(cast("Any", lambda error: not is_outage(error)))
    return found
