"""DAX in front of the table: browsing reads and product writes go through it, and past it while it does not answer.

A read always has the table to fall back on. A write goes past DAX only when DAX surely did not carry it out.
"""

import atexit
import os
import threading
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import amazondax
from amazondax.DaxError import DaxErrorCode
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

from catalog.dynamo.calls import FAILURES, Calls, code_of, is_outage
from catalog.repository import CatalogUnavailable
from shopcloud.lib.observability import tier
from shopcloud.lib.resilience import Breaker, CircuitOpen, breaker

if TYPE_CHECKING:
    from collections.abc import Callable

# What the client says when it was DAX that failed. Without a status, they would look like answers.
LOST = frozenset(
    {DaxErrorCode.NoRoute, DaxErrorCode.ConnectionException, DaxErrorCode.EndOfStream, DaxErrorCode.Decoder}
    | {DaxErrorCode.InternalServerError, DaxErrorCode.MalformedResult, DaxErrorCode.Authentication}
    | {DaxErrorCode.Unrecognized, DaxErrorCode.AccessDenied}
)
CONNECT_SECONDS = 0.5
READ_SECONDS = 1.0


def connect() -> Any:
    """A client of the cluster at DAX_ENDPOINT. It starts threads: never call it before a fork."""
    # The client's own waits are a minute; its retries would be a second layer under the fallback.
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"max_attempts": 0})
    return amazondax.AmazonDaxClient(endpoint_url=settings.DAX_ENDPOINT, region_name=settings.AWS_REGION, config=config)


class DaxCalls:
    """Calls with the promises of `Calls`, through DAX while it answers. Strong reads and scans are not for it."""

    def __init__(self, direct: Calls, *, connect: "Callable[[], Any]" = connect, tier: str = "dax") -> None:
        self._direct = direct
        self._connect = connect
        self._tier = tier
        self._breaker = _breaker(tier)
        self._client: Any = None
        self._process = 0
        self._connecting = threading.Lock()

    def read(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self.ask(operation, **request)
        except _Lost:
            return self._direct.read(operation, **request)

    def write(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self.ask(operation, **request)
        except _Lost as lost:
            if not lost.untouched:
                # It may have been carried out; repeated, a conditional write would fail on its own success.
                raise CatalogUnavailable from lost
            return self._direct.write(operation, **request)

    def ask(self, operation: str, **request: Any) -> dict[str, Any]:
        """DAX's own answer. Raises _Lost when it has none, ClientError when it refuses."""
        try:
            with tier(self._tier):
                return self._breaker.call(self._through, operation, request)
        except CircuitOpen:
            raise _Lost(untouched=True) from None
        except (BotoCoreError, ClientError, OSError) as error:
            if is_lost(error):
                raise _Lost(untouched=_code(error) == DaxErrorCode.NoRoute) from error
            raise

    def _through(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        return cast("dict[str, Any]", getattr(self._connected(), operation)(**request))

    def _connected(self) -> Any:
        """This process's client. Whoever comes while it is being made does not wait for it."""
        if self._client is not None and self._process == os.getpid():
            return self._client
        if not self._connecting.acquire(blocking=False):
            raise _Lost(untouched=True)
        try:
            if self._client is None or self._process != os.getpid():
                self._client = self._made()
                self._process = os.getpid()
            return self._client
        finally:
            self._connecting.release()

    def _made(self) -> Any:
        try:
            client = self._connect()
        except (BotoCoreError, ClientError, OSError) as error:
            raise _NotConnected(untouched=True) from error
        atexit.register(client.close)
        return client


class _Lost(Exception):
    """DAX gave no answer. `untouched` when it cannot have carried anything out."""

    def __init__(self, *, untouched: bool) -> None:
        self.untouched = untouched
        super().__init__("DAX does not answer.")


class _NotConnected(_Lost):
    """The cluster could not be reached at all."""


def is_lost(error: BaseException) -> bool:
    """DAX failed, as opposed to answering no."""
    if isinstance(error, ClientError):
        return _code(error) in LOST or not _code(error) or is_outage(error)
    return isinstance(error, OSError | BotoCoreError | _NotConnected)


def _code(error: BaseException) -> str:
    # The client sets `code` late for a closed socket, and leaves the response without one.
    return str(getattr(error, "code", None) or (code_of(error) if isinstance(error, ClientError) else ""))


@cache
def _breaker(tier: str) -> Breaker:
    found = breaker(tier)
    found.fail_max = FAILURES
    found.add_excluded_exception(cast("Any", lambda error: not is_lost(error)))
    return found
