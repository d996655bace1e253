"""Who sets up webhooks to partners and sends them again: those who run orders; support reads what was sent."""

from django.db import migrations

from accounts.roles import grant

READ = ("view_partnerendpoint", "view_partnerdelivery")
ROLES = {
    "orders": (*READ, "add_partnerendpoint", "change_partnerendpoint", "change_partnerdelivery"),
    "support": READ,
}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0027_notification_choices"), ("orders", "0020_partners")]

    operations = [grant("orders", ROLES)]
