"""Finds the wishlists a product is on: their products' ids alone, for the prices and times in them are not asked for."""

from django.db import migrations


class Migration(migrations.Migration):
    # Built beside the shop's work, not in its way.
    atomic = False

    dependencies = [("orders", "0019_bought_together")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS wishlist_products ON orders_wishlist "
            "USING gin (jsonb_path_query_array(items, '$.keyvalue().key'))",
            "DROP INDEX CONCURRENTLY IF EXISTS wishlist_products",
        )
    ]
