from django.db import migrations

from accounts.roles import grant

DRAFTS = ["view_draft", "add_draft", "change_draft"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_cart_roles"), ("orders", "0015_drafts")]

    operations = [grant("orders", {"orders": [*DRAFTS, "override_price"], "support": DRAFTS})]
