"""What is bought together, counted at night over the paid orders of half a year: day by day, each day once.

A run that was interrupted goes on with the next day. Pages see the old result until the new one is whole.
"""

from datetime import UTC, date, datetime, time, timedelta

import structlog
from django.db import connections, transaction
from django.db.models import F

from orders.models import BasketPair, BoughtTogether, TogetherRun
from orders.privacy import NOBODY
from shopcloud.lib import replica, residency

DAYS = 180
# So many different people must have bought both: one person's odd order, or their tenth of the same, shows nothing.
MIN_BUYERS = 3
# And more often than chance has it: what everybody buys anyway goes with nothing in particular.
MIN_LIFT = 1.2
MOST_SHOWN = 8
# An order of more is a trader's or an office's, and says little of what goes with what.
MOST_LINES = 20
SECONDS = 300
log = structlog.get_logger()
Pair = tuple[str, str, int]

_PAIRS = """
WITH kept AS (
  SELECT line.order_id, line.product_id, hashtextextended(lower(sale.email), 0) AS buyer
  FROM orders_order sale JOIN orders_orderline line ON line.order_id = sale.id
  WHERE sale.placed_at >= %s AND sale.placed_at < %s AND sale.status IN ('paid', 'fulfilled')
    AND sale.payment_status IN ('paid', 'partially_refunded') AND sale.email NOT LIKE %s
    AND line.quantity > GREATEST(line.cancelled + line.returned, line.refunded)
), usual AS (SELECT order_id FROM kept GROUP BY order_id HAVING count(*) <= %s)
SELECT DISTINCT one.product_id, other.product_id, one.buyer
FROM usual JOIN kept one USING (order_id) JOIN kept other USING (order_id)
WHERE one.product_id <= other.product_id
"""

_KEEP = """
INSERT INTO orders_basketpair (product_id, other_id, buyer)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[]) ON CONFLICT DO NOTHING
"""

_PUBLISH = """
WITH single AS (
  SELECT product_id, count(*) AS buyers FROM orders_basketpair WHERE product_id = other_id GROUP BY product_id
), everyone AS (SELECT count(DISTINCT buyer) AS buyers FROM orders_basketpair WHERE product_id = other_id
), pair AS (
  SELECT product_id, other_id, count(*) AS buyers FROM orders_basketpair
  WHERE product_id <> other_id GROUP BY product_id, other_id HAVING count(*) >= %(min_buyers)s
), directed AS (
  SELECT product_id, other_id, buyers FROM pair UNION ALL SELECT other_id, product_id, buyers FROM pair
), scored AS (
  SELECT directed.*, directed.buyers::float * everyone.buyers / (one.buyers * other.buyers) AS lift
  FROM directed JOIN single one USING (product_id) JOIN single other ON other.product_id = directed.other_id, everyone
), ranked AS (
  SELECT *, row_number() OVER (PARTITION BY product_id ORDER BY buyers DESC, lift DESC, other_id) AS rank
  FROM scored WHERE lift >= %(min_lift)s
)
INSERT INTO orders_boughttogether (product_id, other_id, buyers, lift, rank, counted_to)
SELECT product_id, other_id, buyers, lift, rank, %(day)s FROM ranked WHERE rank <= %(most)s
ON CONFLICT (product_id, other_id) DO UPDATE
SET buyers = EXCLUDED.buyers, lift = EXCLUDED.lift, rank = EXCLUDED.rank, counted_to = EXCLUDED.counted_to
"""


def count_together(*, now: datetime) -> None:
    """Count the days up to yesterday, and publish. Does nothing where that was done; two at once share the days."""
    last_day = now.astimezone(UTC).date() - timedelta(days=1)
    run: TogetherRun | None = _begun(last_day)
    while run is not None and run.finished_at is None and run.next_day <= last_day:
        count_day(run)
        run = TogetherRun.objects.filter(pk=run.pk).first()
    if run is not None and run.finished_at is None:
        _publish(run, now=now)


def count_day(run: TogetherRun) -> bool:
    """Count the run's next day; False where another worker did."""
    day = run.next_day
    pairs = replica.read(lambda alias: _pairs_of(day, alias))
    unmoved = TogetherRun.objects.filter(pk=run.pk, next_day=day, finished_at=None)
    with residency.atomic(), residency.connection().cursor() as cursor:
        if not unmoved.update(next_day=day + timedelta(days=1)):
            return False
        if pairs:
            cursor.execute(_KEEP, [list(column) for column in zip(*pairs, strict=True)])
    return True


def _begun(last_day: date) -> TogetherRun:
    """The run up to this day. A new one ends whatever earlier one did not come to its end."""
    with residency.atomic():
        first_day = last_day - timedelta(days=DAYS - 1)
        run, is_new = TogetherRun.objects.get_or_create(last_day=last_day, defaults={"next_day": first_day})
        if is_new:
            TogetherRun.objects.exclude(pk=run.pk).delete()
            _forget_baskets()
    return run


def _pairs_of(day: date, alias: str) -> list[Pair]:
    start = datetime.combine(day, time(), UTC)
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        # Whose the orders of the erased were nobody knows: three of one person would look like three people.
        cursor.execute(_PAIRS, [start, start + timedelta(days=1), f"%@{NOBODY}", MOST_LINES])
        return list(cursor.fetchall())


def _publish(run: TogetherRun, *, now: datetime) -> None:
    """Replace the result in one transaction; once, whoever comes first."""
    told: dict[str, int | float | date] = {
        "min_buyers": MIN_BUYERS,
        "min_lift": MIN_LIFT,
        "most": MOST_SHOWN,
        "day": run.last_day,
    }
    unfinished = TogetherRun.objects.filter(pk=run.pk, finished_at=None, next_day__gt=F("last_day"))
    with residency.atomic(), residency.connection().cursor() as cursor:
        if not unfinished.update(finished_at=now):
            return
        cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        cursor.execute("ANALYZE orders_basketpair")
        cursor.execute(_PUBLISH, told)
        published = cursor.rowcount
        BoughtTogether.objects.exclude(counted_to=run.last_day).delete()
        _forget_baskets()
    log.info("together.counted", pairs=published, days=DAYS)


def _forget_baskets() -> None:
    with residency.connection().cursor() as cursor:
        cursor.execute(f"TRUNCATE {BasketPair._meta.db_table}")
