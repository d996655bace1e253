"""DAX in front of the table: browsing reads and product writes go through it, and past it while it does not answer.

A read always has the table to fall back on. A write goes past DAX only when DAX surely did not carry it out.
"""

import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import amazondax
from amazondax.DaxError import DaxClientError, DaxErrorCode, DaxValidationError
from botocore.config import Config
from botocore.exceptions import ClientError
from django.conf import settings

from catalog.dynamo.calls import FAILURES, PATIENCE_SECONDS, THROTTLED, Calls, code_of, is_outage
from catalog.repository import AnswerLost
from shopcloud.lib.observability import tier
from shopcloud.lib.resilience import Breaker, CircuitOpen, breaker

if TYPE_CHECKING:
    from collections.abc import Callable

# What stands in an answer when it was DAX that failed. Without a status of a failure, they would look like refusals.
LOST = frozenset(
    {DaxErrorCode.ConnectionException, DaxErrorCode.EndOfStream, DaxErrorCode.InternalServerError}
    | {DaxErrorCode.Authentication, DaxErrorCode.Unrecognized, DaxErrorCode.AccessDenied}
)
# What DAX surely did not carry out.
UNTOUCHED = THROTTLED | {DaxErrorCode.NoRoute}
CONNECT_SECONDS = 0.5
# The client waits several times in a call: for a connection, for up to three answers, for another thread that asks the
# same; and when it is made, for one address of the cluster after the other. All together may take this long.
ANSWER_SECONDS = 1.0
# A save that is given up may have happened all the same; it waits as long as one that goes to the table.
SAVED_SECONDS = PATIENCE_SECONDS
AT_ONCE = 32


def connect() -> Any:
    """A client of the cluster at DAX_ENDPOINT. It starts threads: never call it before a fork."""
    # The client's own waits are a minute; its retries would be a second layer under the fallback.
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=SAVED_SECONDS, retries={"max_attempts": 0})
    return amazondax.AmazonDaxClient(endpoint_url=settings.DAX_ENDPOINT, region_name=settings.AWS_REGION, config=config)


class DaxCalls:
    """Calls with the promises of `Calls`, through DAX while it answers. Strong reads and scans are not for it."""

    def __init__(self, direct: Calls, *, connect: "Callable[[], Any]" = connect, tier: str = "dax") -> None:
        self._direct = direct
        self._connect = connect
        self._tier = tier
        self._breaker = _breaker(tier)
        self._process = _Process(connect)

    def read(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self._ask(operation, request, ANSWER_SECONDS)
        except _Lost:
            return self._direct.read(operation, **request)

    def write(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self._ask(operation, request, SAVED_SECONDS)
        except _Lost as lost:
            if not lost.untouched:
                # It may have been carried out; repeated, a conditional write would fail on its own success.
                raise AnswerLost from lost
            return self._direct.write(operation, **request)

    def ping(self, operation: str, **request: Any) -> None:
        """Raises when DAX does not answer by itself."""
        self._ask(operation, request, ANSWER_SECONDS)

    def _ask(self, operation: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """DAX's own answer. Raises _Lost when it has none, ClientError when it refuses."""
        if self._here().connecting:
            # Not a call of the breaker: to it, whoever does not wait would be one who got an answer.
            raise _Lost(untouched=True)
        try:
            with tier(self._tier):
                return self._breaker.call(self._through, operation, request, seconds)
        except CircuitOpen:
            raise _Lost(untouched=True) from None
        except Exception as error:  # what the client lets through of a broken connection has no common class
            if is_lost(error):
                raise _Lost(untouched=_is_untouched(error)) from error
            raise

    def _through(self, operation: str, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        return cast("dict[str, Any]", self._here().call(operation, request, seconds))

    def _here(self) -> "_Process":
        """What this process has of the client. After a fork the parent's is left alone."""
        if self._process.number != os.getpid():
            self._process = _Process(self._connect)
        return self._process


class _Process:
    """One process's client, and the threads that wait for it so that nobody else waits without end."""

    def __init__(self, connect: "Callable[[], Any]") -> None:
        self.number = os.getpid()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dax")
        self._connect = connect
        self._client: Any = None
        self._making: Future[Any] | None = None
        self._starting = threading.Lock()

    @property
    def connecting(self) -> bool:
        """The client is being made. Whoever comes meanwhile need not wait for it."""
        return self._client is None and self._making is not None and not self._making.done()

    def call(self, operation: str, request: dict[str, Any], seconds: float) -> Any:
        client = self._client or self._connected()
        return self._threads.submit(getattr(client, operation), **request).result(seconds)

    def _connected(self) -> Any:
        """The client, made on first use."""
        with self._starting:
            if not self.connecting:
                self._making = self._threads.submit(self._make)
            making = self._making
        try:
            return cast("Future[Any]", making).result(ANSWER_SECONDS)
        except Exception as error:
            raise _NotConnected from error

    def _make(self) -> Any:
        if self._client is None:
            self._client = self._connect()
            # Not by `atexit`: it comes when no pool takes work any more, and the client closes itself in one.
            threading._register_atexit(self.close)  # type: ignore[attr-defined]
        return self._client

    def close(self) -> None:
        # A forked process inherits what its parent does at exit, but not the threads that the client would wait for.
        if self._client is not None and self.number == os.getpid():
            self._client.close()
            self._threads.shutdown()


class _NotConnected(Exception):
    """The cluster could not be reached at all, or not in time."""


class _Lost(Exception):
    """DAX gave no answer. `untouched` when it cannot have carried anything out."""

    def __init__(self, *, untouched: bool) -> None:
        self.untouched = untouched
        super().__init__("DAX does not answer.")


def is_lost(error: BaseException) -> bool:
    """DAX failed, as opposed to answering no."""
    if isinstance(error, DaxClientError):
        # Raised on this side; even what looks like a bad request may be a certificate that was not good.
        return True
    if isinstance(error, ClientError):
        return _code(error) in LOST or not _code(error) or is_outage(error)
    return True


def _is_untouched(error: BaseException) -> bool:
    unsent = isinstance(error, _NotConnected | ConnectionRefusedError | DaxValidationError)
    return unsent or _code(error) in UNTOUCHED


def _code(error: BaseException) -> str:
    # The client sets `code` late for a closed socket, and leaves the response without one.
    return str(getattr(error, "code", None) or (code_of(error) if isinstance(error, ClientError) else ""))


@cache
def _breaker(tier: str) -> Breaker:
    found = breaker(tier)
    found.fail_max = FAILURES
    found.add_excluded_exception(cast("Any", lambda error: not is_lost(error)))
    return found
