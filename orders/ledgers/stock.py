"""The stock books: levels, movements and orders."""

from orders.ledgers.check import Check

STOCK = (
    Check(
        "in each place, on hand is what came less what was sold",
        """
        SELECT format('%%s in place %%s: %%s on hand, its movements say %%s',
                      level.sku, level.location_id, level.on_hand, coalesce(moved.on_hand, 0))
        FROM orders_stocklevel level LEFT JOIN (
            SELECT sku, location_id,
                   sum(CASE WHEN reason IN ('received', 'corrected', 'returned', 'transferred') THEN quantity
                            WHEN reason = 'sold' THEN -quantity ELSE 0 END) AS on_hand
            FROM orders_stockmovement GROUP BY sku, location_id
        ) moved USING (sku, location_id)
        WHERE level.on_hand <> coalesce(moved.on_hand, 0)
        """,
    ),
    Check(
        "in each place, reserved is what was promised and neither released nor sold",
        """
        SELECT format('%%s in place %%s: %%s reserved, its movements say %%s',
                      level.sku, level.location_id, level.reserved, coalesce(moved.reserved, 0))
        FROM orders_stocklevel level LEFT JOIN (
            SELECT sku, location_id,
                   sum(CASE WHEN reason = 'reserved' THEN quantity
                            WHEN reason IN ('released', 'sold') THEN -quantity ELSE 0 END) AS reserved
            FROM orders_stockmovement GROUP BY sku, location_id
        ) moved USING (sku, location_id)
        WHERE level.reserved <> coalesce(moved.reserved, 0)
        """,
    ),
    Check(
        "reserved is what orders hold",
        """
        SELECT format('%%s in place %%s: %%s reserved, its orders hold %%s',
                      level.sku, level.location_id, level.reserved, coalesce(kept.held, 0))
        FROM orders_stocklevel level LEFT JOIN (
            SELECT sku, location_id, sum(quantity) AS held
            FROM orders_stockreservation WHERE state = 'held' GROUP BY sku, location_id
        ) kept USING (sku, location_id)
        WHERE level.reserved <> coalesce(kept.held, 0)
        """,
    ),
    Check(
        "what is moved from one place arrives in another",
        """
        SELECT format('%%s: transfers add up to %%s', sku, sum(quantity))
        FROM orders_stockmovement WHERE reason = 'transferred' GROUP BY sku HAVING sum(quantity) <> 0
        """,
    ),
    Check(
        "nothing is promised that is not there",
        """
        SELECT format('%%s: %%s on hand, %%s reserved', sku, on_hand, reserved) FROM orders_stocklevel
        WHERE reserved < 0 OR reserved > on_hand
        """,
    ),
    Check(
        "an order moves as many units as it has",
        """
        SELECT format('order %%s: %%s x %%s on its line, %%s were %%s',
                      o.number, line.quantity, line.sku, coalesce(sum(m.quantity), 0), what.reason)
        FROM orders_order o
        JOIN orders_orderline line ON line.order_id = o.id AND line.kind <> 'digital'
        JOIN LATERAL (VALUES
            ('reserved', true),
            ('sold', o.paid_at IS NOT NULL),
            ('released', o.paid_at IS NULL AND o.status = 'cancelled')
        ) AS what(reason, due) ON true
        LEFT JOIN orders_stockmovement m
            ON m.order_number = o.number AND m.sku = line.sku AND m.reason = what.reason
        GROUP BY o.number, line.quantity, line.sku, what.reason, what.due
        HAVING coalesce(sum(m.quantity), 0) <> CASE WHEN what.due THEN line.quantity ELSE 0 END
        """,
    ),
    Check(
        "no more comes back than was sold",
        """
        SELECT format('order %%s: %%s of %%s sold, %%s came back', order_number,
                      sum(quantity) FILTER (WHERE reason = 'sold'), sku,
                      sum(quantity) FILTER (WHERE reason = 'returned'))
        FROM orders_stockmovement WHERE order_number <> '' AND reason IN ('sold', 'returned')
        GROUP BY order_number, sku
        HAVING coalesce(sum(quantity) FILTER (WHERE reason = 'returned'), 0)
             > coalesce(sum(quantity) FILTER (WHERE reason = 'sold'), 0)
        """,
    ),
)
