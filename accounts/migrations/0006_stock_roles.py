"""Who works with stock in its places: what each role may see and change."""

from django.db import migrations

from accounts.roles import grant

SEEN = ["view_stockitem", "view_stocklevel", "view_stocklocation", "view_stockmovement", "view_stockreservation"]
ROLES = {
    "catalog": [*SEEN, "change_stockitem"],
    "orders": [*SEEN, "change_stockitem", "add_stocklocation", "change_stocklocation"],
    "support": ["view_stockreservation", "view_stocklocation"],
    "analyst": ["view_stockitem", "view_stocklocation", "view_stockmovement"],
}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_invoice_roles"), ("orders", "0011_stock_locations")]

    operations = [grant("orders", ROLES)]
