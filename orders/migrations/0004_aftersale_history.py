"""What was sent, asked back and shown before the lines counted it."""

from django.db import migrations

STATEMENTS = [
    "SET LOCAL statement_timeout = 0",
    "UPDATE orders_returnrequest SET status = 'declined' WHERE status = 'closed'",
    """
    UPDATE orders_orderline AS line SET fulfilled = line.quantity FROM orders_order AS o
    WHERE o.id = line.order_id AND (o.status = 'fulfilled' OR (o.status = 'paid' AND line.kind = 'digital'))
    """,
    """
    UPDATE orders_orderline AS line SET return_asked = LEAST(asked.units, line.fulfilled)
    FROM (
        SELECT part.line_id, SUM(part.quantity) AS units
        FROM orders_returnline AS part JOIN orders_returnrequest AS request ON request.id = part.request_id
        WHERE request.status = 'requested' GROUP BY part.line_id
    ) AS asked
    WHERE asked.line_id = line.id
    """,
    """
    UPDATE orders_order AS o SET fulfilment_status = CASE WHEN sums.waiting = 0 THEN 'fulfilled' ELSE 'partially_fulfilled' END
    FROM (
        SELECT order_id, SUM(fulfilled) AS sent, SUM(quantity - fulfilled) AS waiting
        FROM orders_orderline GROUP BY order_id
    ) AS sums
    WHERE sums.order_id = o.id AND sums.sent > 0
    """,
    """
    INSERT INTO orders_fulfilment (order_id, carrier, tracking, shipped_at)
    SELECT o.id, '', o.tracking, COALESCE(o.fulfilled_at, o.placed_at) FROM orders_order AS o
    WHERE o.status = 'fulfilled'
      AND EXISTS (SELECT 1 FROM orders_orderline AS line WHERE line.order_id = o.id AND line.kind <> 'digital')
    """,
    """
    INSERT INTO orders_fulfilmentline (fulfilment_id, line_id, quantity)
    SELECT parcel.id, line.id, line.quantity FROM orders_fulfilment AS parcel
    JOIN orders_orderline AS line ON line.order_id = parcel.order_id AND line.kind <> 'digital'
    """,
]


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_aftersale")]

    operations = [migrations.RunSQL(statement, migrations.RunSQL.noop) for statement in STATEMENTS]
