"""Who chooses what is shown: those who keep the catalog. Support, and those who read figures, may look."""

from django.db import migrations

from accounts.roles import grant

_MODELS = ("collection", "featuredproduct")
_VIEWS = [f"view_{model}" for model in _MODELS]
_VERBS = ("view", "add", "change", "delete")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0017_product_form_roles"), ("catalog", "0006_collections")]

    operations = [
        grant(
            "catalog",
            {
                "catalog": [f"{verb}_{model}" for verb in _VERBS for model in _MODELS],
                "support": _VIEWS,
                "analyst": _VIEWS,
            },
        ),
    ]
