"""Who keeps the types of products: those who keep the catalog."""

from django.db import migrations

from accounts.roles import grant

_VERBS = ("view", "add", "change", "delete")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0015_import_roles"), ("catalog", "0005_product_types")]

    operations = [
        grant(
            "catalog",
            {"catalog": [f"{verb}_{model}" for verb in _VERBS for model in ("producttype", "typeattribute")]},
        )
    ]
