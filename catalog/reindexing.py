"""Telling the search index anew of the products of a category or a type, whose own records did not change.

The index itself says which they are, a page at a time, the last changed first: nothing is scanned, and a product saved
meanwhile is told of by that. Workers do it; killed at any point, the next one goes on after the last whole page.
The index has one writer: after each page the changes that wait for it have their turn. Every region has an index, and
does its own.
"""

import uuid
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet

from catalog.models import Reindexing
from catalog.search import indexing
from catalog.search.index import search_index
from shopcloud.lib import clock, redis, residency
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

# By then no process tells the index of names and types as they were before.
SETTLING = timedelta(minutes=1)
LEASE = timedelta(minutes=3)
# Under the time limit of tasks; the schedule gives the rest to the next free worker.
TURN = timedelta(minutes=5)
OUTAGE_PAUSE = timedelta(minutes=1)
PAGE = 100
log = structlog.get_logger()


def ask(*, now: datetime, category: str = "", product_type: str = "") -> None:
    """Have the index of every region told anew of the products of a branch or a type, in a minute; what was under way
    begins again.
    """
    begin = {"due_at": now + SETTLING, "cursor": "", "lease": "", "leased_until": None}
    for region in settings.HOMES:
        Reindexing.objects.update_or_create(
            category=_mark(region) + category, product_type=product_type, defaults=begin
        )


def due(*, now: datetime) -> list[int]:
    """What waits for a worker of this region, or whose worker died."""
    return list(_to_be_had(now).order_by("due_at").values_list("pk", flat=True))


def run(*, reindexing_id: int, now: datetime) -> bool:
    """Go on to the end; False where another worker has it, it is over, or it has to wait."""
    lease = str(uuid.uuid4())
    if not _to_be_had(now).filter(pk=reindexing_id).update(lease=lease, leased_until=now + LEASE):
        return False
    held = Reindexing.objects.filter(pk=reindexing_id, lease=lease)
    try:
        return _go_on(held, until=now + TURN)
    except (TierUnavailable, CircuitOpen, *redis.Unavailable) as outage:
        log.info("reindexing.waits", reindexing_id=reindexing_id, reason=str(outage))
        held.update(lease="", leased_until=clock.now() + OUTAGE_PAUSE)
    return False


def _to_be_had(now: datetime) -> QuerySet[Reindexing]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    mark = _mark(settings.REGION)
    ours = Q(category__startswith=mark) if mark else ~Q(category__contains=":")
    return Reindexing.objects.filter(free, ours, due_at__lte=now)


def _mark(region: str) -> str:
    """What the categories begin with in the rows of this region; no path has a colon."""
    return f"{region}:" if residency.has_several() and region != settings.CATALOG_REGION else ""


def _go_on(held: QuerySet[Reindexing], *, until: datetime) -> bool:
    while row := held.first():
        category = row.category.removeprefix(_mark(settings.REGION))
        page = search_index().list_for_staff(
            category=category, product_type=row.product_type, after=row.cursor or None, limit=PAGE
        )
        indexing.index(card.product_id for card in page.cards)
        if page.next is None:
            return bool(held.delete()[0])
        over = clock.now() >= until
        rest = {"lease": "", "leased_until": None} if over else {"leased_until": clock.now() + LEASE}
        held.update(cursor=page.next, **rest)
        indexing.index_waiting()
    return False
