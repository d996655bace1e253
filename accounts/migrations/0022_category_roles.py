"""Who keeps the tree of categories: those who keep the catalog; the other desks look at it."""

from django.db import migrations

from accounts.roles import grant

_VERBS = ("view", "add", "change", "delete")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_review_roles"), ("catalog", "0010_categories")]

    operations = [
        grant(
            "catalog",
            {
                "catalog": [
                    *(f"{verb}_catalogcategory" for verb in _VERBS),
                    "view_categoryredirect",
                    "delete_categoryredirect",
                ],
                "support": ["view_catalogcategory"],
                "orders": ["view_catalogcategory"],
                "analyst": ["view_catalogcategory"],
            },
        )
    ]
