"""A branch moved by workers, chunk by chunk: killed at any point, the next worker goes on from what the row says.

First the categories are made at the new place, then the products follow until none is found at the old one, then the
old addresses lead to the new ones and the old categories go. A moment later late products are looked for once more:
those that staff saved while it happened. Each step may be done twice.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q, QuerySet

from catalog import categories, category_redirects, services
from catalog.category_moves import MAX_ATTEMPTS, branch
from catalog.domain import Freshness, Product, is_within, rebased
from catalog.dynamo.categories import create_category, delete_category
from catalog.dynamo.client import writer
from catalog.dynamo.listings import category_page
from catalog.events import CategoryChanged
from catalog.models import CategoryMove
from catalog.repository import MAX_PAGE_SIZE, products
from catalog.search.index import search_index, whole
from shopcloud.lib import clock, outbox, residency
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

LEASE = timedelta(minutes=3)
# Under the time limit of tasks; the schedule gives the rest to the next free worker.
TURN = timedelta(minutes=5)
OUTAGE_PAUSE = timedelta(minutes=1)
# By then the index has heard of every save, and no process offers the old categories any more.
SETTLING = timedelta(minutes=1)
# What keeps being changed by others is left for the look after the switch.
MOST_PASSES = 20
log = structlog.get_logger()


class LeaseLost(Exception):
    """Another worker goes on with the move."""


class TurnOver(Exception):
    """The time is up: a worker is not kept from other tasks for long."""


def due(*, now: datetime) -> list[int]:
    """The move that waits for a worker, or whose worker died."""
    return list(_to_be_had(now).values_list("pk", flat=True))


def run(*, move_id: int, now: datetime) -> bool:
    """Go on with a move to its end; False if another worker has it, it is over, or it has to wait."""
    lease = str(uuid.uuid4())
    if not _to_be_had(now).filter(pk=move_id).update(lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    work = Moving(CategoryMove.objects.get(pk=move_id), lease, until=now + TURN)
    try:
        return work.go_on()
    except TurnOver:
        work.held().update(lease="", leased_until=None, attempts=0)
    except (TierUnavailable, CircuitOpen) as outage:
        # A store that is away is waited for and not counted.
        work.held().update(
            lease="", leased_until=clock.now() + OUTAGE_PAUSE, attempts=F("attempts") - 1, last_error=str(outage)[:500]
        )
    except LeaseLost:
        log.info("category_move.lease_lost", move_id=move_id)
    return False


def _to_be_had(now: datetime) -> QuerySet[CategoryMove]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    return CategoryMove.objects.filter(free, state=CategoryMove.State.RUNNING, attempts__lt=MAX_ATTEMPTS)


class Moving:
    """One worker's turn at a move."""

    def __init__(self, row: CategoryMove, lease: str, *, until: datetime) -> None:
        self.row, self.lease, self.until = row, lease, until

    def held(self) -> QuerySet[CategoryMove]:
        return CategoryMove.objects.filter(pk=self.row.pk, lease=self.lease)

    def go_on(self) -> bool:
        """True once the move is over; False where it waits for late products."""
        self._recover()
        self._make_categories()
        self._move_products()
        self._switch()
        if self.row.switched_at is None:
            now = clock.now()
            self._note(switched_at=now, lease="", leased_until=now + SETTLING, attempts=0, last_error="")
            return False
        self._note(state=CategoryMove.State.FINISHED, finished_at=clock.now(), lease="", leased_until=None)
        log.info("category_move.finished", move_id=self.row.pk)
        return True

    def _recover(self) -> None:
        """The worker before may have died after a write and before it could tell of it."""
        plan = self.row.plan or {}
        stored = products().get_many(plan, freshness=Freshness.STRONG)
        next_after = [p for p in stored.values() if p.version == plan[p.product_id] + 1]
        self._tell([p for p in next_after if is_within(p.category, self.row.new)])

    def _make_categories(self) -> None:
        if self.row.merge:
            return
        for category in branch(categories.fresh(), self.row.old):
            create_category(writer(), replace(category, path=rebased(category.path, self.row.old, self.row.new)))
        categories.fresh()

    def _move_products(self) -> None:
        for _pass in range(MOST_PASSES):
            if not sum(map(self._move, self._found())):
                return

    def _found(self) -> Iterator[list[str]]:
        """The products at the old place: those on sale as the category's index has them, the others as search does.

        Neither is asked to be exact: what has moved already is told apart by its own item.
        """
        cursor: str | None = None
        while True:
            page = category_page(writer(), self.row.old, cursor=cursor, limit=MAX_PAGE_SIZE)
            yield [card.product_id for card in page.cards]
            if page.next is None:
                break
            cursor = page.next
        cursor, index = None, whole(search_index())
        while True:
            page = index.list_for_staff(category=self.row.old, after=cursor, limit=MAX_PAGE_SIZE)
            yield [card.product_id for card in page.cards]
            if page.next is None:
                break
            cursor = page.next

    def _move(self, product_ids: list[str]) -> bool:
        """Whether any of them was still at the old place."""
        stored = products().get_many(product_ids, freshness=Freshness.STRONG)
        here = [p for p in stored.values() if is_within(p.category, self.row.old)]
        if not here:
            return False
        self._note(plan={p.product_id: p.version for p in here}, leased_until=clock.now() + LEASE)
        self._tell(services.refile_products(products=map(self._refiled, here), now=clock.now()))
        if clock.now() >= self.until:
            raise TurnOver
        return True

    def _refiled(self, product: Product) -> Product:
        if self.row.merge:
            return replace(product, category=self.row.new)
        return replace(product, category=rebased(product.category, self.row.old, self.row.new))

    def _tell(self, moved: list[Product]) -> None:
        """The history, the index and the progress hear of what was written, all of them or none."""
        with residency.atomic_catalog():
            services.tell_of_refiled(products=moved, author=self.row.author_id)
            self._note(
                plan=None, done=F("done") + len(moved), attempts=1, last_error="", leased_until=clock.now() + LEASE
            )

    def _switch(self) -> None:
        """Lead from the old addresses to the new ones, and take the old categories out of the tree."""
        old, new = self.row.old, self.row.new
        # What was made below it meanwhile goes along.
        self._make_categories()
        tree = categories.fresh()
        gone = [c.path for c in branch(tree, old) if self.row.merge or rebased(c.path, old, new) in tree.by_path]
        category_redirects.add(old=old, new=new, now=clock.now())
        for path in reversed(gone):
            delete_category(writer(), path)
        there = [c.path for c in branch(categories.fresh(), new)]
        changed = {*gone, *there, *(rebased(path, new, old) for path in there)}
        outbox.record(*(CategoryChanged(path=path) for path in sorted(changed)))

    def _note(self, **changes: object) -> None:
        if not self.held().update(**changes):
            raise LeaseLost
