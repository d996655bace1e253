"""The roles staff are given. A role is a group; `is_staff` on the person opens the admin."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

APPS = ("accounts", "orders", "platform")
ROLES = {
    "catalog": {"orders": ["view_stocklevel", "change_stocklevel", "view_stockmovement"]},
    "orders": {
        "orders": [
            "view_order",
            "change_order",
            "view_orderline",
            "view_ordernote",
            "add_ordernote",
            "view_payment",
            "view_refund",
            "view_downloadgrant",
            "view_stocklevel",
            "change_stocklevel",
        ],
        "accounts": ["view_user", "view_address"],
    },
    "finance": {
        "orders": [
            "view_order",
            "view_orderline",
            "view_ordernote",
            "view_payment",
            "view_refund",
            "add_refund",
        ],
        "platform": ["view_outboxevent", "change_outboxevent"],
    },
    "support": {
        "orders": [
            "view_order",
            "view_orderline",
            "view_ordernote",
            "add_ordernote",
            "view_payment",
            "view_refund",
            "view_downloadgrant",
        ],
        "accounts": ["view_user", "view_address"],
    },
    # Figures without people: sold lines and stock, no order, no address.
    "analyst": {"orders": ["view_orderline", "view_stocklevel"]},
}


def make_roles(apps, schema_editor):
    for label in APPS:
        # Permissions are made after all migrations; the roles need them now.
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    grant_roles(apps)


def grant_roles(apps):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for name, granted in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        for label, codenames in granted.items():
            group.permissions.add(
                *Permission.objects.filter(content_type__app_label=label, codename__in=codenames)
            )


def forget_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("orders", "0001_initial"),
        ("platform", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_roles, forget_roles)]
