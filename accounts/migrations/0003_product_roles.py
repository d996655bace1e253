"""Who works with products: the catalog role edits them, the roles that talk to buyers read them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

ROLES = {
    "catalog": ["view_catalogproduct", "add_catalogproduct", "change_catalogproduct"],
    "orders": ["view_catalogproduct"],
    "support": ["view_catalogproduct"],
    "analyst": ["view_catalogproduct"],
}


def make_roles(apps, schema_editor):
    config = apps.get_app_config("catalog")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    grant_roles(apps)


def grant_roles(apps):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, codenames in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        granted = Permission.objects.filter(content_type__app_label="catalog", codename__in=codenames)
        group.permissions.add(*granted)


def take_back(apps, schema_editor):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    of_products = Permission.objects.filter(content_type__app_label="catalog")
    for group in Group.objects.filter(name__in=ROLES):
        group.permissions.remove(*of_products)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_roles"), ("catalog", "0001_initial")]

    operations = [migrations.RunPython(make_roles, take_back)]
