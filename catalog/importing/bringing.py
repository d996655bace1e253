"""Pictures that files name are brought into the shop's media: looked up by key, fetched by URL, each once.

A URL that was brought before is not fetched again, by this import or a later one. Several are fetched at once; a host
is asked for a few at a time, with pauses, and left alone after it did not answer a few times.
"""

import hashlib
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import BoundedSemaphore
from urllib.parse import urlsplit

from catalog import queries
from catalog.domain import Freshness, Product
from catalog.importing.pictures import Kept, Picture
from catalog.models import KnownPicture
from media import queries as media_queries
from media import services as media
from shopcloud.lib import clock
from shopcloud.lib.fetching import Busy, NotFetched, Silent
from shopcloud.lib.resilience import CircuitOpen, TierUnavailable

AT_ONCE = 8
# As many as a browser would, and fewer where it says nothing yet.
OF_ONE_HOST = 4
# A picture of many pixels takes far more memory than its file.
DRAWN_AT_ONCE = 2
PAUSE = 0.025
LONGEST_PAUSE = 10.0
# Nothing takes so long: fetching ends earlier (`shopcloud.lib.fetching`).
LONGEST_WAIT = 60.0
GIVE_UP_AFTER = 3
LEFT_ALONE = "the host did not answer several times and was left alone; import the file again later"
Refuse = Callable[[Picture, str], None]
GoOn = Callable[[], bool]


def known_pictures(pictures: Iterable[Picture]) -> dict[str, Kept]:
    """Those brought before, by source."""
    digests = [_digest(source) for source in {picture.source for picture in pictures}]
    rows = KnownPicture.objects.in_bulk(digests).values()
    return {row.source: Kept(row.key, row.width, row.height) for row in rows}


def unknown_pictures(
    products: Iterable[Product], named: Mapping[str, tuple[Picture, ...]], known: Mapping[str, Kept]
) -> list[Picture]:
    """Those to be brought; none that its product shows already. Raises CatalogUnavailable."""
    waiting = {p.product_id: [x for x in named.get(p.product_id, ()) if x.source not in known] for p in products}
    asked = [product_id for product_id, pictures in waiting.items() if any(picture.is_key for picture in pictures)]
    stored = queries.products_by_id(asked, freshness=Freshness.STRONG) if asked else {}
    shown = {product_id: {image.key for image in product.images} for product_id, product in stored.items()}
    return [
        x for product_id, pictures in waiting.items() for x in pictures if x.source not in shown.get(product_id, ())
    ]


@dataclass(slots=True)
class _Host:
    """What one turn of a worker knows of a host. Only one that answered is asked several things at a time."""

    running: int = 0
    at_once: int = 1
    silent: int = 0
    not_before: float = 0.0

    def may_be_asked(self) -> bool:
        return self.running < self.at_once and self.left() <= 0

    def left(self) -> float:
        return self.not_before - time.monotonic()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A picture in its place among those that are to be brought; `again`: its host asked for a pause before."""

    number: int
    picture: Picture
    again: bool = False

    @property
    def host(self) -> str:
        return "" if self.picture.is_key else urlsplit(self.picture.source).netloc.lower()


class Bringer:
    """Brings pictures, politely. One for each worker's turn: it remembers which hosts do not answer."""

    def __init__(self) -> None:
        # Our own store has no need of politeness.
        self.hosts: dict[str, _Host] = defaultdict(_Host, {"": _Host(at_once=AT_ONCE)})
        self.drawing = BoundedSemaphore(DRAWN_AT_ONCE)

    def bring(self, pictures: Iterable[Picture], known: dict[str, Kept], *, refuse: Refuse, go_on: GoOn) -> bool:
        """Add to `known` where they are kept, each remembered as soon as it is; False where `go_on`, asked before each,
        says that the turn is over. `refuse` hears why one cannot be had, in the order of the pictures.

        Raises MediaUnavailable, and what `go_on` raises: those that were asked for until then are waited for.
        """
        round_ = _Round(self, known, refuse)
        round_.waiting.extend(_Asked(number, picture) for number, picture in enumerate(pictures))
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures") as pool:
            try:
                while round_.waiting or round_.running:
                    if not round_.start(pool, go_on):
                        return False
                    round_.harvest(wait(round_.running, round_.patience(), FIRST_COMPLETED).done)
            finally:
                round_.harvest_rest()
        return True


class _Round:
    """Pictures on their way. All but the fetching itself happens in the worker's own thread."""

    def __init__(self, bringer: Bringer, known: dict[str, Kept], refuse: Refuse) -> None:
        self.bringer, self.known, self.refuse = bringer, known, refuse
        self.waiting: deque[_Asked] = deque()
        self.running: dict[Future[Kept], _Asked] = {}
        self.refused: list[tuple[int, Picture, str]] = []

    def start(self, pool: ThreadPoolExecutor, go_on: GoOn) -> bool:
        """Ask for those that may be asked for now; False where the turn is over."""
        while len(self.running) < AT_ONCE and (asked := self._next()):
            host = self.bringer.hosts[asked.host]
            if asked.picture.source in self.known:
                continue
            if host.silent >= GIVE_UP_AFTER:
                self._refuse(asked, LEFT_ALONE)
                continue
            if not asked.again and not go_on():
                return False
            host.running += 1
            host.not_before = time.monotonic() + (PAUSE if asked.host else 0)
            self.running[pool.submit(_brought, asked.picture, self.bringer.drawing)] = asked
        return True

    def _next(self) -> _Asked | None:
        """The first whose host may be asked, unless the same address is on its way."""
        coming = {asked.picture.source for asked in self.running.values()}
        for asked in self.waiting:
            if asked.picture.source not in coming and self.bringer.hosts[asked.host].may_be_asked():
                self.waiting.remove(asked)
                return asked
        return None

    def patience(self) -> float:
        """How long to wait for an answer before a host may be asked again; a moment where none is on its way."""
        due = [left for asked in self.waiting if (left := self.bringer.hosts[asked.host].left()) > 0]
        patience = min(due, default=LONGEST_WAIT)
        if not self.running and self.waiting:
            time.sleep(min(patience, LONGEST_PAUSE) if due else 0)
        return patience

    def harvest(self, done: Iterable[Future[Kept]]) -> None:
        for future in sorted(done, key=lambda future: self.running[future].number):
            self._take(future, self.running.pop(future))
        self._tell()

    def harvest_rest(self) -> None:
        """What came of those on their way, although nobody goes on now."""
        for future, asked in self.running.items():
            # In an outage they are asked for again by whoever goes on.
            with suppress(TierUnavailable, CircuitOpen):
                self._take(future, asked)
        self.running.clear()
        self.waiting.clear()
        self._tell()

    def _take(self, future: Future[Kept], asked: _Asked) -> None:
        host = self.bringer.hosts[asked.host]
        host.running -= 1
        try:
            self._keep(asked.picture, future.result())
        except Busy as busy:
            host.not_before = time.monotonic() + min(busy.pause, LONGEST_PAUSE)
            host.at_once = 1
            if not asked.again:
                self.waiting.appendleft(replace(asked, again=True))
                return
            self._refuse(asked, str(busy))
        except Silent as silent:
            host.silent, host.at_once = host.silent + 1, 1
            self._refuse(asked, str(silent))
        except (NotFetched, media.RefusedUpload, media_queries.NoSuchFile) as error:
            self._refuse(asked, str(error))
            self._answered(host)
        else:
            self._answered(host)

    def _answered(self, host: _Host) -> None:
        host.silent = 0
        host.at_once = max(host.at_once, OF_ONE_HOST)

    def _keep(self, picture: Picture, kept: Kept) -> None:
        _remember(picture.source, kept)
        self.known[picture.source] = kept

    def _refuse(self, asked: _Asked, reason: str) -> None:
        self.refused.append((asked.number, asked.picture, f"{asked.picture.source[:300]}: {reason}"))

    def _tell(self) -> None:
        """Of those refused whose forerunners are all through."""
        open_ones = [asked.number for asked in (*self.waiting, *self.running.values())]
        first = min(open_ones, default=None)
        self.refused.sort(key=lambda entry: entry[0])
        while self.refused and (first is None or self.refused[0][0] < first):
            _number, picture, reason = self.refused.pop(0)
            self.refuse(picture, reason)


def _brought(picture: Picture, drawing: BoundedSemaphore) -> Kept:
    if picture.is_key:
        return _looked_up(picture.source)
    stored = media.fetch_image(picture.source, turn=drawing)
    return Kept(stored.key, stored.width, stored.height)


def _looked_up(key: str) -> Kept:
    return Kept(key, *media_queries.picture_size(key))


def _remember(source: str, kept: Kept) -> None:
    row = KnownPicture(
        digest=_digest(source),
        source=source,
        key=kept.key,
        width=kept.width,
        height=kept.height,
        brought_at=clock.now(),
    )
    # Another worker may have brought it meanwhile: it is the same picture.
    KnownPicture.objects.bulk_create([row], ignore_conflicts=True)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()
