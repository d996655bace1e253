"""Who imports products from files: those who keep the catalog."""

from django.db import migrations

from accounts.roles import grant


class Migration(migrations.Migration):
    dependencies = [("accounts", "0014_promotion_roles"), ("catalog", "0002_product_imports")]

    operations = [grant("catalog", {"catalog": ["view_productimport", "add_productimport"]})]
