"""Who has a product on their wishlist, which of its variants, and in what currency they saw its price."""

from django.utils.dateparse import parse_datetime

from orders.models import StockAlert
from shopcloud.lib import residency

# The expression of the index `wishlist_products`.
_WATCHERS = """
SELECT user_id, coalesce(items -> %s ->> 'sku', ''), coalesce(items -> %s ->> 'currency', '') FROM orders_wishlist
WHERE jsonb_path_query_array(items, '$.keyvalue().key') ? %s ORDER BY user_id
"""


def watchers(product_id: str) -> dict[str, dict[str, list[int]]]:
    """The people by the SKU they chose, under "" those who chose none, and by currency, under "" those for whom it had
    no price; one query, however many they are.
    """
    found: dict[str, dict[str, list[int]]] = {}
    with residency.connection().cursor() as cursor:
        cursor.execute(_WATCHERS, [product_id] * 3)
        for person, sku, currency in cursor.fetchall():
            found.setdefault(str(sku), {}).setdefault(str(currency), []).append(int(person))
    return found


def waiting(sku: str, *, at: str) -> list[int]:
    """The people with an account who asked to be told of this SKU and still waited at that time."""
    asked = StockAlert.objects.filter(sku=sku, user_id__isnull=False)
    since = parse_datetime(at) if at else None
    asked = asked.exclude(notified_at__lt=since) if since else asked.filter(notified_at=None)
    return [int(person) for person in asked.values_list("user_id", flat=True).distinct() if person is not None]
