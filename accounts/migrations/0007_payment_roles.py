"""Finance ends authorisations by a capture or a void; who works with payments sees what was asked and told."""

from django.db import migrations

from accounts.roles import grant

SEEN = ["view_paymentoperation"]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_stock_roles"), ("orders", "0010_payment_operations")]

    operations = [
        grant(
            "orders",
            {
                "finance": [*SEEN, "add_paymentoperation", "view_webhookevent"],
                "orders": SEEN,
                "support": SEEN,
            },
        )
    ]
