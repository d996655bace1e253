"""Who sees and forgets the addresses that wait for a SKU: those who order goods, and those who answer buyers."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = ("catalog", "orders", "support")


def make_roles(apps, schema_editor):
    config = apps.get_app_config("orders")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    grant_roles(apps)


def grant_roles(apps):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name in ROLES:
        group, _ = Group.objects.get_or_create(name=name)
        granted = Permission.objects.filter(
            content_type__app_label="orders", codename__in=["view_stockalert", "delete_stockalert"]
        )
        group.permissions.add(*granted)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_aftersale_roles"), ("orders", "0016_stock_alerts")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
