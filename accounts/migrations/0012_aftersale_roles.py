from django.db import migrations

from accounts.roles import grant

READ = ["view_fulfilment", "view_returnrequest", "view_returnline"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_draft_roles"), ("orders", "0012_refunds_onto_gift_cards")]

    operations = [
        grant(
            "orders",
            {
                "orders": [*READ, "change_returnrequest"],
                "support": [*READ, "change_returnrequest"],
                "finance": READ,
            },
        )
    ]
