"""Who exports products to files: those who keep the catalog."""

from django.db import migrations

from accounts.roles import grant


class Migration(migrations.Migration):
    dependencies = [("accounts", "0022_category_roles"), ("catalog", "0011_product_exports")]

    operations = [grant("catalog", {"catalog": ["view_productexport", "add_productexport"]})]
