"""Who sells with offers: the orders role makes them, finance issues gift cards, those who talk to buyers read both."""

from django.db import migrations

from accounts.roles import grant

OFFERS = ["promotion", "coupon"]
READ = [f"view_{name}" for name in (*OFFERS, "promotionuse", "orderdiscount")]
WRITE = [f"{verb}_{name}" for verb in ("add", "change") for name in OFFERS]
CARDS = ["view_giftcard", "view_giftcardentry"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_alert_roles"), ("orders", "0008_promotions_and_gift_cards")]

    operations = [
        grant(
            "orders",
            {
                "orders": [*READ, *WRITE, *CARDS],
                "finance": [*READ, *CARDS, "add_giftcard", "change_giftcard"],
                "support": [*READ, *CARDS],
                "analyst": READ,
            },
        )
    ]
