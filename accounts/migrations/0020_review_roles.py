"""Who answers reviews: those who keep the catalog, and support. Those who read figures may look at them."""

from django.db import migrations

from accounts.roles import grant

_MODERATES = ["view_catalogreview", "change_catalogreview"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0018_collection_roles"), ("catalog", "0009_reviews")]

    operations = [
        grant("catalog", {"catalog": _MODERATES, "support": _MODERATES, "analyst": ["view_catalogreview"]}),
    ]
