"""One call of OpenSearch: timed, bounded, never repeated, and left alone while the cluster does not answer."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from opensearchpy import ConnectionError as NoConnection
from opensearchpy import OpenSearch, OpenSearchException, TransportError, Urllib3AWSV4SignerAuth

from catalog.search.index import SearchUnavailable
from shopcloud.lib import aws
from shopcloud.lib.observability import tier
from shopcloud.lib.resilience import CircuitOpen, breaker

log = structlog.get_logger()
# The library would write down every call, what shoppers typed included; what fails is told below.
for _name in ("opensearch", "opensearchpy.trace"):
    logging.getLogger(_name).setLevel(logging.ERROR)
TIER = "search"
# Pages wait for a search, and go on without it; the cluster itself stops a little earlier.
SEARCH_SECONDS = 1.0
ENGINE_MS = 800
# Nobody waits for a change but the worker that makes it.
CHANGE_SECONDS = 30.0
CONNECTIONS = 32
T = TypeVar("T")
Body = dict[str, Any]


class IndexMissing(Exception):
    """There is no index behind the alias."""


class Cluster:
    """Calls the cluster at `url`, `https://[user:password@]host[:port]/name`, whose path names the alias.

    A domain of Amazon's without a user in the URL is asked with the process's own AWS credentials.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else (":443" if parts.scheme == "https" else "")
        self.alias = parts.path.strip("/")
        self.client = OpenSearch(
            hosts=[f"{parts.scheme}://{parts.hostname}{port}"],
            http_auth=_credentials(parts.hostname or "", parts.username, parts.password),
            timeout=SEARCH_SECONDS,
            max_retries=0,
            pool_maxsize=CONNECTIONS,
            http_compress=True,
        )

    def search(self, *bodies: Body) -> list[Body]:
        """The answer to each body, in one round trip. Raises IndexMissing and SearchUnavailable."""
        header = {"index": self.alias, "allow_partial_search_results": False}
        lines = [line for body in bodies for line in (header, {"timeout": f"{ENGINE_MS}ms", **body})]
        return self.ask(lambda client: [_whole(answer) for answer in client.msearch(body=lines)["responses"]])

    def ask(self, call: Callable[[OpenSearch], T]) -> T:
        """What `call` returns, counted against the tier's breaker. Raises IndexMissing and SearchUnavailable."""
        with tier(TIER), _told():
            answer = breaker(TIER).call(_outcome, lambda: call(self.client))
            if isinstance(answer, TransportError):
                raise answer
            return answer


def _credentials(host: str, user: str | None, password: str | None) -> Any:
    if user:
        return unquote(user), unquote(password or "")
    if host.endswith((".es.amazonaws.com", ".aos.on.aws")):
        return Urllib3AWSV4SignerAuth(aws.credentials(), settings.AWS_REGION, "es")
    return None


def _outcome(call: Callable[[], T]) -> T | TransportError:
    """Only what the cluster failed to answer opens the circuit; a refusal is an answer."""
    try:
        return call()
    except TransportError as error:
        if _is_outage(error):
            raise
        return error


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except CircuitOpen as error:
        raise SearchUnavailable("The search cluster does not answer.") from error
    except OpenSearchException as error:
        if getattr(error, "status_code", None) == HTTPStatus.NOT_FOUND:
            raise IndexMissing from error
        log.warning("search.failed", reason=str(error)[:300])
        raise SearchUnavailable("The search cluster does not answer as it should.") from error


def _is_outage(error: TransportError) -> bool:
    status = error.status_code
    return (
        isinstance(error, NoConnection)
        or status == HTTPStatus.TOO_MANY_REQUESTS
        or (isinstance(status, int) and status >= 500)
    )


def _whole(answer: Body) -> Body:
    """An answer out of a bundle: all of it, or none."""
    if "error" in answer:
        raise TransportError(answer["status"], answer["error"].get("type", ""), answer["error"])
    if answer["timed_out"] or answer["_shards"]["failed"]:
        raise TransportError(HTTPStatus.SERVICE_UNAVAILABLE, "timed_out", answer["_shards"])
    return answer
