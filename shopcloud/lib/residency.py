"""Whose home we are in: people's rows lie in the database of their region, and every row's number says which it is.

A request is in the home of who is signed in, a task in that of whoever sent it, anything else in the region it runs in.
`atomic`, `on_commit` and `connection` are Django's, for that home's database; the router sends the ORM there. Numbers
of Europe's rows begin where no American one will ever be, so that a session, a token or a key of Redis that names a
person names their home as well. With one region none of this costs a query.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from shopcloud.lib.resilience import CircuitOpen, TierUnavailable, breaker

OWN = "default"
# The first number of each region's rows: below 2^53, which is as far as JavaScript counts.
FIRST_NUMBERS = {"us": 1, "eu": 2**40}
# In what people read: one letter more than an American number has.
MARKS = {"us": "", "eu": "E"}
_LONGER = len("SC-E7K3F92QX")
# What staff keep for everybody; the rest is somebody's, or a region's.
SHARED_APPS = frozenset({"catalog", "media"})
_AWAY = (OperationalError, InterfaceError, CircuitOpen)
T = TypeVar("T")
_asked: ContextVar[Callable[[], str] | None] = ContextVar("home", default=None)


class HomeUnavailable(TierUnavailable):
    """The database of another region does not answer."""

    def __str__(self) -> str:
        return "What is kept in another region cannot be reached at the moment. Try again in a few seconds."


def has_several() -> bool:
    return len(settings.HOMES) > 1


def region() -> str:
    """The home we are in; where there is one region, that one."""
    asked = _asked.get()
    if asked is None or not has_several():
        return str(settings.REGION)
    found = asked()
    return found if found in settings.HOMES else str(settings.REGION)


def alias() -> str:
    """The database of the home we are in."""
    return str(settings.HOMES[region()]) if has_several() else OWN


def is_own() -> bool:
    return alias() == OWN


def of_number(number: int) -> str:
    """The region whose database gave a row its number."""
    return "eu" if number >= FIRST_NUMBERS["eu"] else "us"


def of_order(number: str) -> str:
    """The region that an order was placed in, by the number that people read: `SC-E7K3F92QX` is a European one."""
    return "eu" if len(number) == _LONGER and number.startswith("SC-" + MARKS["eu"]) else "us"


def mark() -> str:
    """What the numbers of orders and invoices say of the home we are in: two regions give out no number twice."""
    return MARKS[region()]


def others() -> tuple[str, ...]:
    """The regions that we are not in now."""
    here = region()
    return tuple(one for one in settings.HOMES if one != here)


@contextmanager
def within(home: str) -> Iterator[None]:
    """Be in this home for a while."""
    with asking(lambda: home):
        yield


@contextmanager
def here() -> Iterator[None]:
    """Be in the region that the process runs in, for what is kept for everybody: whoever asks first must not have it
    made of what their own home holds.
    """
    with within(settings.REGION):
        yield


@contextmanager
def asking(home: Callable[[], str]) -> Iterator[None]:
    """Be in whatever home is answered when it matters: who signs in goes home in the middle of a request."""
    token = _asked.set(home)
    try:
        yield
    finally:
        _asked.reset(token)


def ask(home: str, question: Callable[[], T]) -> T:
    """What is answered in a home. Raises HomeUnavailable where one elsewhere is away, soon once that is known."""
    with within(home):
        if is_own():
            return question()
        try:
            return breaker(f"home-{home}").call(question)
        except _AWAY as error:
            raise HomeUnavailable from error


def seek(question: Callable[[], T | None]) -> T | None:
    """What the first home answers that knows, ours before the others; None where none does. Raises HomeUnavailable."""
    answers = (ask(home, question) for home in (region(), *others()))
    return next((answer for answer in answers if answer is not None), None)


def settle(home: str) -> None:
    """Be in this home until the request or task ends."""
    if has_several():
        _asked.set(lambda: home)


def unsettle() -> None:
    """Be nowhere but in the region that the process runs in: what a worker did is over."""
    _asked.set(None)


@contextmanager
def atomic(*, durable: bool = False) -> Iterator[None]:
    """Django's `transaction.atomic()`, in the home that we are in when it begins."""
    with transaction.atomic(using=alias(), durable=durable):
        yield


@contextmanager
def atomic_catalog() -> Iterator[None]:
    """A transaction on the catalog's tables, and on the outbox beside them."""
    with within(settings.CATALOG_REGION), atomic():
        yield


def on_commit(call: Callable[[], Any], *, robust: bool = False) -> None:
    """Django's, for the transaction of the home we are in; what is called is in that home."""
    home = region()

    # A function, whatever is called: Django names one that failed, and a partial has no name.
    def at_home() -> None:
        with within(home):
            call()

    transaction.on_commit(at_home, using=alias(), robust=robust)


def connection() -> BaseDatabaseWrapper:
    """The connection to the database of the home we are in."""
    return connections[alias()]


def opened() -> list[BaseDatabaseWrapper]:
    """The connections to any home that are open now."""
    mine = (connections[using] for using in settings.HOMES.values())
    return [one for one in mine if one.connection is not None]


class HomeRouter:
    """Sends the ORM to the home we are in, and what hangs on a row to that row's."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return _database_of(model, hints.get("instance"))

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return _database_of(model, hints.get("instance"))


def _database_of(model: type[models.Model], instance: models.Model | None) -> str:
    if model._meta.app_label in SHARED_APPS:
        return str(settings.HOMES.get(settings.CATALOG_REGION, OWN))
    lies_in = instance._state.db if instance is not None else None
    return lies_in if lies_in is not None and lies_in in settings.HOMES.values() else alias()


class NotOurDatabase(Exception):
    def __str__(self) -> str:
        return f"{self.args[0]} is migrated by the processes of its own region, where it is the default database."


def refuse_others(using: str) -> None:
    """Migrations write rows through the router, which would send them here. Raises NotOurDatabase."""
    if using != OWN and using in settings.HOMES.values():
        raise NotOurDatabase(using)


def begin_numbers(using: str) -> None:
    """Let the rows of a region's database be numbered from its first number on. Safe to run again."""
    home = next((name for name, given in settings.HOMES.items() if given == using), "")
    first = FIRST_NUMBERS.get(home, 1)
    if first == 1:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(_SEQUENCES, [first])
        for (sequence,) in cursor.fetchall():
            name = connections[using].ops.quote_name(sequence)
            cursor.execute(f"ALTER SEQUENCE {name} START {first} RESTART")


_SEQUENCES = """
    SELECT sequencename FROM pg_sequences
    WHERE schemaname = current_schema() AND data_type = 'bigint'::regtype AND start_value < %s
"""
