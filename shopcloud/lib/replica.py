"""Reads of history from a replica of PostgreSQL: lists and reports, never a decision.

A person always sees what they did themselves. After a request of theirs that wrote, the primary's position in its log
is remembered for them; the replica answers them once it has replayed that far, until then the primary does. A replica
that is away or not configured changes nothing but where the answer comes from. It is one of the database of the region
that the process runs in: whose home is elsewhere is answered by their primary.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from shopcloud.lib import guards, redis, residency
from shopcloud.lib.resilience import CircuitOpen, breaker

ALIAS = "replica"
AWAY = (OperationalError, InterfaceError)
# Far longer than a replica that is of any use lags behind.
_KEPT_SECONDS = 24 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
T = TypeVar("T")
log = structlog.get_logger()


def is_configured() -> bool:
    return ALIAS in connections.databases


def _serves() -> bool:
    return is_configured() and residency.is_own()


def alias(*, person: int | None = None) -> str:
    """The database that history is read from now, for a person by their id or for nobody in particular.

    Asks the replica how far it is: what it names was there a moment ago.
    """
    if not _serves():
        return residency.alias()
    try:
        wanted = _remembered(person) if person is not None and guards.stands("replica.position") else ""
        return ALIAS if breaker("replica").call(_has_replayed, wanted or "0/0") else residency.OWN
    except (CircuitOpen, *AWAY, *redis.Unavailable) as error:
        # Also where nobody knows what the person wrote: then only the primary is sure to have it.
        log.warning("replica.away", reason=type(error).__name__)
        return residency.OWN


def read(query: Callable[[str], T], *, person: int | None = None) -> T:
    """What `query` answers for the alias it is given; asked again of the primary if the replica goes away meanwhile.

    `query` must read everything it answers with.
    """
    chosen = alias(person=person)
    if chosen != ALIAS:
        return query(chosen)
    try:
        return query(chosen)
    except AWAY as error:
        log.warning("replica.went_away", reason=type(error).__name__)
        return query(residency.OWN)


def remember_write(person: int) -> None:
    """Note where the log stands after something this person wrote. Call it after the commit."""
    if not _serves():
        return
    try:
        with connections[residency.OWN].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_lsn()")
            position = str(cursor.fetchone()[0])
        redis.store().set(_key(person), position, ex=_KEPT_SECONDS)
    except (*AWAY, *redis.Unavailable) as error:
        log.warning("replica.position_lost", reason=type(error).__name__)


class ReadYourWritesMiddleware:
    """Remembers the writes of signed-in people, from the storefront, the API and the admin alike."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method not in _SAFE and is_configured():
            person = _known_person(request)
            if person is not None and person.is_authenticated:
                remember_write(person.pk)
        return response


def _known_person(request: HttpRequest) -> Any:
    """Who the view found the request to be from; a request that never asked is not made to ask now."""
    user = request.__dict__.get("user")
    return getattr(request, "_cached_user", None) if user is None or _is_lazy(user) else user


def _is_lazy(user: Any) -> bool:
    # By type(): isinstance would look through it, and read session and person to do so.
    return type(user) is SimpleLazyObject


def _remembered(person: int) -> str:
    kept: bytes | None = redis.store().get(_key(person))
    return kept.decode() if kept else ""


def _has_replayed(position: str) -> bool:
    """A replica that became the primary has everything."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %s::pg_lsn", [position])
        return bool(cursor.fetchone()[0])


def _key(person: int) -> str:
    return redis.key("written", str(person))
