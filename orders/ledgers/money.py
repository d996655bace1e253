"""The money books: orders, payments, refunds, and what the provider says of them."""

from orders.ledgers.check import Check

MONEY = (
    Check(
        "an order's total is the sum of its parts",
        """
        SELECT format('order %%s: total %%s, its lines say %%s', o.number, o.total, lines.total - lines.discount
                      + o.shipping + CASE WHEN o.tax_included THEN 0 ELSE lines.tax + o.shipping_tax END)
        FROM orders_order o
        JOIN (SELECT order_id, sum(total) AS total, sum(discount) AS discount, sum(tax) AS tax
              FROM orders_orderline GROUP BY order_id) lines ON lines.order_id = o.id
        WHERE o.subtotal <> lines.total OR o.total <> o.subtotal - o.discount + o.shipping
              + CASE WHEN o.tax_included THEN 0 ELSE o.tax END
        """,
    ),
    Check(
        "a paid order has been paid what was due, once",
        """
        SELECT format('order %%s: due %%s, captured %%s', o.number, o.total - o.gift_card, coalesce(sum(p.amount), 0))
        FROM orders_order o
        LEFT JOIN orders_payment p ON p.order_id = o.id AND p.status IN ('captured', 'refunded')
             AND NOT EXISTS (SELECT 1 FROM orders_refund r WHERE r.payment_id = p.id AND r.reason = 'order_closed')
        GROUP BY o.id
        HAVING coalesce(sum(p.amount), 0) <> CASE WHEN o.paid_at IS NULL THEN 0 ELSE o.total - o.gift_card END
        """,
    ),
    Check(
        "an order tells how its money stands",
        """
        SELECT format('order %%s says %%s, its payments say %%s', told.number, told.payment_status, told.stands)
        FROM (
            SELECT o.number, o.payment_status, CASE
                WHEN o.paid_at IS NULL THEN
                    CASE WHEN bool_or(p.status = 'authorised') AND o.status = 'awaiting_payment' THEN 'authorised'
                         WHEN bool_or(p.status = 'authorised') THEN o.payment_status ELSE 'unpaid' END
                WHEN coalesce(sum(given.back), 0) + max(cards.back) = 0 THEN 'paid'
                WHEN coalesce(sum(given.back), 0) + max(cards.back)
                     < sum(p.captured) FILTER (WHERE NOT p.closed) + o.gift_card
                THEN 'partially_refunded' ELSE 'refunded' END AS stands
            FROM orders_order o
            LEFT JOIN (
                SELECT *, EXISTS (SELECT 1 FROM orders_refund x
                                  WHERE x.payment_id = pay.id AND x.reason = 'order_closed') AS closed
                FROM orders_payment pay WHERE pay.status IN ('authorised', 'captured', 'refunded')
            ) p ON p.order_id = o.id
            LEFT JOIN LATERAL (
                SELECT sum(amount) AS back FROM orders_refund
                WHERE payment_id = p.id AND status = 'succeeded' AND NOT p.closed
            ) given ON true
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(amount), 0) AS back FROM orders_giftcardentry
                WHERE order_id = o.id AND reason = 'returned'
            ) cards
            -- Gift cards have their part of a refund before its provider has answered.
            WHERE NOT EXISTS (
                SELECT 1 FROM orders_refund r JOIN orders_payment x ON x.id = r.payment_id
                WHERE x.order_id = o.id AND r.status = 'created' AND r.gift_card > 0
            )
            GROUP BY o.id
        ) told WHERE told.payment_status <> told.stands
        """,
    ),
    Check(
        "no more is given back than was captured",
        """
        SELECT format('payment %%s: captured %%s, refunds of %%s, refunded says %%s',
                      p.id, p.captured, coalesce(sum(r.amount), 0), p.refunded)
        FROM orders_payment p LEFT JOIN orders_refund r ON r.payment_id = p.id AND r.status <> 'failed'
        GROUP BY p.id HAVING coalesce(sum(r.amount), 0) > p.captured OR coalesce(sum(r.amount), 0) <> p.refunded
        """,
    ),
)

PROMOTIONS = (
    Check(
        "a gift card holds what its entries say, and no less than nothing",
        """
        SELECT format('gift card %%s: balance %%s of %%s, its entries say %%s',
                      c.id, c.balance, c.initial, sum(e.amount))
        FROM orders_giftcard c JOIN orders_giftcardentry e ON e.card_id = c.id
        GROUP BY c.id HAVING c.balance <> sum(e.amount) OR c.balance NOT BETWEEN 0 AND c.initial
        """,
    ),
    Check(
        "an order is paid by gift cards what it says",
        """
        SELECT format('order %%s: %%s by gift cards, their entries say %%s',
                      o.number, o.gift_card, coalesce(-sum(e.amount), 0))
        FROM orders_order o LEFT JOIN orders_giftcardentry e ON e.order_id = o.id AND e.reason = 'spent'
        GROUP BY o.id HAVING o.gift_card <> coalesce(-sum(e.amount), 0)
        """,
    ),
    Check(
        "no gift card gets back more than it paid",
        """
        SELECT format('order %%s: gift card %%s got back %%s more than it paid', o.number, e.card_id, sum(e.amount))
        FROM orders_giftcardentry e JOIN orders_order o ON o.id = e.order_id
        WHERE e.reason IN ('spent', 'returned') GROUP BY o.number, e.card_id HAVING sum(e.amount) > 0
        """,
    ),
    Check(
        "a coupon's uses are those of its orders",
        """
        SELECT format('coupon %%s: %%s uses of %%s, its orders say %%s', c.id, c.uses, c.limit, count(u.id))
        FROM orders_coupon c LEFT JOIN orders_promotionuse u ON u.coupon_id = c.id AND u.released_at IS NULL
        WHERE c.limit IS NOT NULL GROUP BY c.id HAVING c.uses <> count(u.id) OR c.uses > c.limit
        """,
    ),
)

# The built-in provider keeps its books in tables of its own; a real one is compared by its reports.
PROVIDER = (
    Check(
        "what the provider charged is what the shop captured",
        """
        SELECT format('charge %%s: the provider took %%s, payment %%s says %%s', c.idempotency_key, c.captured,
                      coalesce(p.id::text, 'none'), coalesce(p.status || ' ' || p.captured, 'nothing'))
        FROM orders_sandboxcharge c LEFT JOIN orders_payment p ON p.provider_reference = c.charge_id
        WHERE c.status = 'succeeded' AND (p.id IS NULL OR p.captured <> c.captured
              OR p.status NOT IN ('captured', 'refund_due', 'refunded'))
        """,
    ),
    Check(
        "what the shop captured is what the provider charged",
        """
        SELECT format('payment %%s: the shop has %%s, the provider nothing', p.id, p.captured)
        FROM orders_payment p LEFT JOIN orders_sandboxcharge c
             ON c.charge_id = p.provider_reference AND c.status = 'succeeded'
        WHERE p.gateway = 'sandbox' AND p.captured > 0 AND p.status IN ('captured', 'refund_due', 'refunded')
              AND c.charge_id IS NULL
        """,
    ),
    Check(
        "what the provider holds is what the shop has authorised",
        """
        SELECT format('charge %%s: the provider holds %%s, payment %%s is %%s', c.idempotency_key, c.amount,
                      coalesce(p.id::text, 'none'), coalesce(p.status, 'nothing'))
        FROM orders_sandboxcharge c FULL JOIN orders_payment p ON p.provider_reference = c.charge_id
        WHERE (c.status = 'authorised' AND p.status IS DISTINCT FROM 'authorised')
           OR (p.status = 'authorised' AND p.gateway = 'sandbox' AND c.status IS DISTINCT FROM 'authorised')
        """,
    ),
    Check(
        "what the provider gave back is what the shop refunded",
        """
        SELECT format('charge %%s: the provider gave back %%s, the shop says %%s',
                      c.idempotency_key, c.refunded, coalesce(sum(r.amount), 0))
        FROM orders_sandboxcharge c JOIN orders_payment p ON p.provider_reference = c.charge_id
        LEFT JOIN orders_refund r ON r.payment_id = p.id AND r.status = 'succeeded'
        GROUP BY c.charge_id HAVING c.refunded <> coalesce(sum(r.amount), 0)
        """,
    ),
)
