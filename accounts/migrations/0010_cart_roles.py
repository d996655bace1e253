from django.db import migrations

from accounts.roles import grant


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_consent"), ("orders", "0013_saved_cart")]

    operations = [
        grant("accounts", {"support": ["view_consent"], "orders": ["view_consent"]}),
        grant("orders", {"support": ["view_savedcart"], "orders": ["view_savedcart"]}),
    ]
