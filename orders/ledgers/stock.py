"""The stock books: levels, movements and orders."""

from orders.ledgers.check import Check

STOCK = (
    Check(
        "on hand is what came less what was sold",
        """
        SELECT format('%%s has %%s on hand, its movements say %%s',
                      level.sku, level.on_hand, coalesce(moved.on_hand, 0))
        FROM orders_stocklevel level LEFT JOIN (
            SELECT sku, sum(CASE WHEN reason IN ('received', 'corrected', 'returned') THEN quantity
                                 WHEN reason = 'sold' THEN -quantity ELSE 0 END) AS on_hand
            FROM orders_stockmovement GROUP BY sku
        ) moved USING (sku)
        WHERE level.on_hand <> coalesce(moved.on_hand, 0)
        """,
    ),
    Check(
        "reserved is what was promised and neither released nor sold",
        """
        SELECT format('%%s has %%s reserved, its movements say %%s',
                      level.sku, level.reserved, coalesce(moved.reserved, 0))
        FROM orders_stocklevel level LEFT JOIN (
            SELECT sku, sum(CASE WHEN reason = 'reserved' THEN quantity
                                 WHEN reason IN ('released', 'sold') THEN -quantity ELSE 0 END) AS reserved
            FROM orders_stockmovement GROUP BY sku
        ) moved USING (sku)
        WHERE level.reserved <> coalesce(moved.reserved, 0)
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
