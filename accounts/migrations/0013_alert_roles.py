"""Who sees and forgets the addresses that wait for a SKU: those who order goods, and those who answer buyers."""

from django.db import migrations

from accounts.roles import grant

ROLES = dict.fromkeys(("catalog", "orders", "support"), ("view_stockalert", "delete_stockalert"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_aftersale_roles"), ("orders", "0016_stock_alerts")]

    operations = [grant("orders", ROLES)]
