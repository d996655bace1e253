"""Stock by location: what is there moves to the first place, and what orders were promised becomes rows."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BEFORE = """
    CREATE TABLE orders_stocklevel_before AS SELECT * FROM orders_stocklevel;
    INSERT INTO orders_stocklocation (code, name, country, priority, is_active)
    VALUES ('main', 'Main warehouse', 'US', 10, true);
"""
MOVEMENTS = """
    UPDATE orders_stockmovement SET location_id = (SELECT id FROM orders_stocklocation WHERE code = 'main');
    SET CONSTRAINTS ALL IMMEDIATE;
"""
LEVELS = """
    INSERT INTO orders_stockitem (sku, product_id, low_at, low_since)
    SELECT sku, product_id, low_at, CASE WHEN on_hand - reserved <= low_at THEN updated_at END
    FROM orders_stocklevel_before;
    INSERT INTO orders_stocklevel (sku, location_id, on_hand, reserved, version, updated_at)
    SELECT sku, (SELECT id FROM orders_stocklocation WHERE code = 'main'), on_hand, reserved, 1, updated_at
    FROM orders_stocklevel_before;
    DROP TABLE orders_stocklevel_before;
"""
# Sold before released: a paid order's units were sold, whatever came later.
RESERVATIONS = """
    INSERT INTO orders_stockreservation
        (order_number, sku, location_id, quantity, returned, state, reserved_at, expires_at, settled_at)
    SELECT order_number, sku, location_id,
           sum(quantity) FILTER (WHERE reason = 'reserved'),
           CASE WHEN bool_or(reason = 'sold') THEN least(
               coalesce(sum(quantity) FILTER (WHERE reason = 'returned'), 0),
               sum(quantity) FILTER (WHERE reason = 'reserved')) ELSE 0 END,
           CASE WHEN bool_or(reason = 'sold') THEN 'sold' WHEN bool_or(reason = 'released') THEN 'released'
                ELSE 'held' END,
           min(at), min(at) + interval '30 minutes', min(at) FILTER (WHERE reason IN ('sold', 'released'))
    FROM orders_stockmovement
    WHERE order_number <> ''
    GROUP BY order_number, sku, location_id
    HAVING bool_or(reason = 'reserved');
"""


def choices(*names):
    return [(name, name.capitalize()) for name in names]


def place(related_name, **changes):
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
        to="orders.stocklocation",
        verbose_name="location",
        **changes,
    )


def key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


REASONS = choices("received", "corrected", "transferred", "reserved", "released", "sold", "returned")


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("orders", "0010_payment_operations"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockLocation",
            fields=[
                ("id", key()),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("priority", models.PositiveSmallIntegerField(default=10, verbose_name="priority")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={"ordering": ["priority", "pk"]},
        ),
        migrations.CreateModel(
            name="StockItem",
            fields=[
                ("sku", models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name="SKU")),
                ("product_id", models.CharField(db_index=True, max_length=40, verbose_name="product")),
                ("low_at", models.PositiveIntegerField(default=3, verbose_name="low at")),
                ("low_since", models.DateTimeField(blank=True, null=True, verbose_name="low since")),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("low_since__isnull", False)), fields=["-low_since"], name="stock_runs_low"
                    )
                ]
            },
        ),
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.DeleteModel(name="StockLevel"),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", key()),
                ("sku", models.CharField(max_length=64, verbose_name="SKU")),
                ("location", place("levels")),
                ("on_hand", models.IntegerField(default=0, verbose_name="on hand")),
                ("reserved", models.IntegerField(default=0, verbose_name="reserved")),
                ("version", models.BigIntegerField(default=0)),
                ("updated_at", models.DateTimeField(verbose_name="updated at")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sku", "location"), name="stock_level_once_per_place"),
                    models.CheckConstraint(
                        condition=models.Q(("on_hand__gte", models.F("reserved")), ("reserved__gte", 0)),
                        name="stock_never_oversold",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="StockReservation",
            fields=[
                ("id", key()),
                ("order_number", models.CharField(max_length=20, verbose_name="order")),
                ("sku", models.CharField(max_length=64, verbose_name="SKU")),
                ("location", place("reservations")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                ("returned", models.PositiveIntegerField(default=0, verbose_name="returned")),
                (
                    "state",
                    models.CharField(
                        choices=choices("held", "sold", "released"),
                        default="held",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reserved_at", models.DateTimeField(verbose_name="reserved at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("order_number", "sku", "location"), name="stock_reserved_once_per_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gte", 1)), name="stock_reserves_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned", 0),
                            models.Q(("returned__lte", models.F("quantity")), ("state", "sold")),
                            _connector="OR",
                        ),
                        name="stock_returned_only_what_was_sold",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["expires_at"], name="stock_held_until"
                    ),
                    models.Index(fields=["sku", "-reserved_at"], name="stock_reservation_of_sku"),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="stockmovement", name="stock_moved_once_per_order"),
        migrations.AddField(model_name="stockmovement", name="location", field=place("movements", null=True)),
        migrations.AddField(
            model_name="stockmovement",
            name="author",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="stockmovement",
            name="note",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="note"),
            preserve_default=False,
        ),
        migrations.RunSQL(MOVEMENTS, migrations.RunSQL.noop),
        migrations.AlterField(model_name="stockmovement", name="location", field=place("movements")),
        migrations.AlterField(
            model_name="stockmovement", name="at", field=models.DateTimeField(verbose_name="at")
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="order_number",
            field=models.CharField(blank=True, max_length=20, verbose_name="order"),
        ),
        migrations.AlterField(
            model_name="stockmovement", name="quantity", field=models.IntegerField(verbose_name="quantity")
        ),
        migrations.AlterField(
            model_name="stockmovement",
            name="reason",
            field=models.CharField(choices=REASONS, max_length=12, verbose_name="reason"),
        ),
        migrations.AlterField(
            model_name="stockmovement", name="sku", field=models.CharField(max_length=64, verbose_name="SKU")
        ),
        migrations.AddConstraint(
            model_name="stockmovement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reason__in", ["reserved", "released", "sold"])),
                fields=("order_number", "sku", "location", "reason"),
                name="stock_moved_once_per_order",
            ),
        ),
        migrations.RunSQL(LEVELS, migrations.RunSQL.noop),
        migrations.RunSQL(RESERVATIONS, migrations.RunSQL.noop),
    ]
