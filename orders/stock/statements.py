"""The statements that move stock. Each locks every level of its SKUs in SKU and place order, decides, changes the
levels and writes the ledger: one round trip, and two sales that share items never wait for each other in a ring.

A statement names its `moves`: by how much on_hand and reserved of a level change, and the ledger's quantity. What
FOR UPDATE returns is the newest committed row, so the sums are true until commit; whatever is not locked (a place's
priority) is as old as the statement's snapshot.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from shopcloud.lib import prepared

_NAMED = re.compile(r"%\((\w+)\)s")
_WANTED = """
    wanted AS (
        SELECT * FROM unnest(%(skus)s::text[], %(places)s::bigint[], %(counts)s::integer[]) AS w(sku, place, n)
    )
"""

# The version outlives a restored backup, because it is a clock; and it never goes back, because it counts on.
_LOCKED = """
    held AS (
        SELECT level.id, level.sku, level.location_id, level.version, level.on_hand - level.reserved AS free,
               place.priority, place.is_active
        FROM orders_stocklevel AS level JOIN orders_stocklocation AS place ON place.id = level.location_id
        WHERE level.sku IN (SELECT sku FROM {skus})
        ORDER BY level.sku, level.location_id
        FOR UPDATE OF level
    ),
    stamp AS (
        SELECT sku, greatest(max(version) + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS version
        FROM held GROUP BY sku
    )
"""

_MOVED = """
    changed AS (
        UPDATE orders_stocklevel AS level
        SET on_hand = level.on_hand + moves.on_hand, reserved = level.reserved + moves.reserved,
            version = stamp.version, updated_at = %(now)s
        FROM moves JOIN held USING (sku, location_id) JOIN stamp USING (sku)
        WHERE level.id = held.id
    ),
    written AS (
        INSERT INTO orders_stockmovement (sku, location_id, reason, quantity, order_number, author_id, note, at)
        SELECT sku, location_id, %(reason)s, quantity, %(order)s, %(author)s::bigint, %(note)s, %(now)s
        FROM moves ORDER BY sku, location_id
    )
    SELECT item.sku, item.product_id, item.low_at, item.low_since IS NOT NULL,
           coalesce(sum(held.free) FILTER (WHERE held.is_active), 0),
           coalesce(sum(moves.on_hand - moves.reserved) FILTER (WHERE held.is_active), 0),
           coalesce(sum(abs(moves.quantity)), 0), stamp.version
    FROM held JOIN stamp USING (sku) JOIN orders_stockitem AS item USING (sku)
         LEFT JOIN moves USING (sku, location_id)
    GROUP BY item.sku, stamp.version
"""


def _statement(*, source: str, skus: str, moves: str) -> str:
    return f"WITH {source}, {_LOCKED.format(skus=skus)}, {moves}, {_MOVED}"


# A place that can fill the whole line comes before the others: one parcel rather than two. {free} is what a place is
# believed to have.
_RESERVE = """
    places AS (
        SELECT held.sku, held.location_id, wanted.n, {free} AS free,
               coalesce(sum({free}) OVER (
                   PARTITION BY held.sku ORDER BY {free} >= wanted.n DESC, held.priority, held.location_id
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS given
        FROM held JOIN wanted USING (sku)
        WHERE held.is_active AND {free} > 0
    ),
    enough AS (
        SELECT bool_and(n <= coalesce(free, 0)) AS is_met
        FROM wanted LEFT JOIN (SELECT sku, sum(free) AS free FROM places GROUP BY sku) AS s USING (sku)
    ),
    moves AS (
        SELECT sku, location_id, least(free, n - given)::integer AS quantity, 0 AS on_hand,
               least(free, n - given)::integer AS reserved
        FROM places CROSS JOIN enough WHERE is_met AND given < n
    ),
    kept AS (
        INSERT INTO orders_stockreservation
            (order_number, sku, location_id, quantity, returned, state, reserved_at, expires_at)
        SELECT %(order)s, sku, location_id, quantity, 0, 'held', %(now)s, %(expires_at)s
        FROM moves ORDER BY sku, location_id
    )
"""
RESERVE = _statement(source=_WANTED, skus="wanted", moves=_RESERVE.format(free="held.free"))
RESERVE_UNGUARDED = _statement(source=_WANTED, skus="wanted", moves=_RESERVE.format(free="1000000"))

_SETTLE = """
    mine AS (
        SELECT id, sku, location_id, quantity FROM orders_stockreservation
        WHERE order_number = %(order)s {guard}
        ORDER BY sku, location_id FOR UPDATE
    ),
    settled AS (
        UPDATE orders_stockreservation AS kept SET state = %(state)s, settled_at = %(now)s
        FROM mine WHERE kept.id = mine.id
    )
"""
_SETTLED = "moves AS (SELECT sku, location_id, quantity, {on_hand} AS on_hand, -quantity AS reserved FROM mine)"
_HELD_ONLY = "AND state = 'held'"


def _settle(*, guard: str, on_hand: str) -> str:
    return _statement(source=_SETTLE.format(guard=guard), skus="mine", moves=_SETTLED.format(on_hand=on_hand))


RELEASE = _settle(guard=_HELD_ONLY, on_hand="0")
RELEASE_UNGUARDED = _settle(guard="", on_hand="0")
SELL = _settle(guard=_HELD_ONLY, on_hand="-quantity")
SELL_UNGUARDED = _settle(guard="", on_hand="-quantity")

# All that is wanted comes back, or nothing; {rest} is what a reservation is believed to have still out.
_TAKE_BACK = """
    mine AS (
        SELECT id, sku, location_id, {rest} AS rest FROM orders_stockreservation
        WHERE order_number = %(order)s AND state = 'sold' AND sku IN (SELECT sku FROM wanted)
        ORDER BY sku, location_id FOR UPDATE
    ),
    shares AS (
        SELECT mine.*, wanted.n,
               coalesce(sum(rest) OVER (PARTITION BY sku ORDER BY location_id
                                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS given
        FROM mine JOIN wanted USING (sku)
    ),
    enough AS (
        SELECT bool_and(n <= coalesce(rest, 0)) AS is_met
        FROM wanted LEFT JOIN (SELECT sku, sum(rest) AS rest FROM mine GROUP BY sku) AS s USING (sku)
    ),
    back AS (
        SELECT id, sku, location_id, least(rest, n - given)::integer AS quantity
        FROM shares CROSS JOIN enough WHERE is_met AND given < n AND rest > 0
    ),
    settled AS (
        UPDATE orders_stockreservation AS kept SET returned = kept.returned + back.quantity
        FROM back WHERE kept.id = back.id
    )
"""
_BACK = """
    moves AS (
        SELECT sku, coalesce(%(place)s, location_id) AS location_id, sum(quantity)::integer AS quantity,
               sum(quantity)::integer AS on_hand, 0 AS reserved
        FROM back GROUP BY 1, 2
    )
"""


def _take_back(rest: str) -> str:
    return _statement(source=f"{_WANTED}, {_TAKE_BACK.format(rest=rest)}", skus="back", moves=_BACK)


TAKE_BACK = _take_back("quantity - returned")
TAKE_BACK_UNGUARDED = _take_back("1000000")

# Goods that come, go or were counted: `n` may be negative, and then only what nobody was promised may go.
_SHIFT = """
    shifts AS (
        SELECT held.sku, held.location_id, wanted.n, {fits} AS fits
        FROM wanted JOIN held ON held.sku = wanted.sku AND held.location_id = wanted.place
    ),
    moves AS (
        SELECT sku, location_id, n AS quantity, n AS on_hand, 0 AS reserved
        FROM shifts WHERE n <> 0 AND (SELECT bool_and(fits) FROM shifts)
    )
"""
SHIFT = _statement(source=_WANTED, skus="wanted", moves=_SHIFT.format(fits="held.free + wanted.n >= 0"))
SHIFT_UNGUARDED = _statement(source=_WANTED, skus="wanted", moves=_SHIFT.format(fits="true"))


@dataclass(frozen=True, slots=True)
class Changed:
    """What a statement did to a SKU: what was available, what is, and how many units it moved at all."""

    sku: str
    product_id: str
    low_at: int
    was_low: bool
    before: int
    after: int
    moved: int
    version: int


def wanted(counts: Iterable[tuple[str, int | None, int]]) -> dict[str, list[Any]]:
    """A statement's `wanted`: how many of which SKU, and at which place where that is said."""
    skus, places, numbers = ([*column] for column in zip(*counts, strict=True))
    return {"skus": skus, "places": places, "counts": numbers}


def run(statement: str, parameters: Mapping[str, Any]) -> dict[str, Changed]:
    """Run one of the statements above; a SKU without any level is absent."""
    given = {"author": None, "note": "", "order": "", "place": None, **parameters}
    numbered, names = _numbered(statement)
    rows: list[Any] = prepared.run(numbered, [given[name] for name in names])
    return {
        sku: Changed(sku, product_id, low_at, was_low, int(before), int(before + change), int(moved), version)
        for sku, product_id, low_at, was_low, before, change, moved, version in rows
    }


@cache
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement with PostgreSQL's own placeholders, and whose values they are."""
    names = tuple(dict.fromkeys(_NAMED.findall(statement)))
    return _NAMED.sub(lambda found: f"${names.index(found[1]) + 1}", statement), names
