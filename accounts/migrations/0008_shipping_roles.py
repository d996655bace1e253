"""Who keeps shipping zones, methods and price lists: the orders role edits them, the catalog role reads them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODELS = ("shippingzone", "shippingmethod", "shippingrate")
ROLES = {
    "orders": [f"{verb}_{model}" for model in MODELS for verb in ("view", "add", "change", "delete")],
    "catalog": [f"view_{model}" for model in MODELS],
    "support": [f"view_{model}" for model in MODELS],
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
    dependencies = [('accounts', '0007_payment_roles'), ("orders", "0014_shipping")]

    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
