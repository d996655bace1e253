"""Who keeps shipping zones, methods and price lists: the orders role edits them, the catalog role reads them."""

from django.db import migrations

from accounts.roles import grant

MODELS = ("shippingzone", "shippingmethod", "shippingrate")
ROLES = {
    "orders": [f"{verb}_{model}" for model in MODELS for verb in ("view", "add", "change", "delete")],
    "catalog": [f"view_{model}" for model in MODELS],
    "support": [f"view_{model}" for model in MODELS],
}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_payment_roles"), ("orders", "0014_shipping")]

    operations = [grant("orders", ROLES)]
