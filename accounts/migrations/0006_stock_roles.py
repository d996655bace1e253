"""Who works with stock in its places: what each role may see and change."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

SEEN = ["view_stockitem", "view_stocklevel", "view_stocklocation", "view_stockmovement", "view_stockreservation"]
ROLES = {
    "catalog": [*SEEN, "change_stockitem"],
    "orders": [*SEEN, "change_stockitem", "add_stocklocation", "change_stocklocation"],
    "support": ["view_stockreservation"],
    "analyst": ["view_stockitem", "view_stocklocation", "view_stockmovement"],
}


def make_roles(apps, schema_editor):
    config = apps.get_app_config("orders")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    grant_roles(apps)


def grant_roles(apps):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        granted = Permission.objects.filter(content_type__app_label="orders", codename__in=codenames)
        group.permissions.add(*granted)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_invoice_roles"), ("orders", "0011_stock_locations")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
