from django.db import migrations

from accounts.roles import grant


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_product_roles"), ("orders", "0005_mails_on_their_way")]

    operations = [grant("orders", {"orders": ["view_mailing"], "support": ["view_mailing"], "finance": ["view_mailing"]})]
