from django.db import migrations

from accounts.roles import grant


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_mail_roles"), ("orders", "0009_invoices")]

    operations = [
        grant("orders", {"orders": ["view_invoice"], "support": ["view_invoice"], "finance": ["view_invoice"]})
    ]
