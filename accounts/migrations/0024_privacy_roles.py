"""Who reads the certificates of people that were forgotten: those who answer their questions."""

from django.db import migrations

from accounts.roles import grant


class Migration(migrations.Migration):
    dependencies = [("accounts", "0024_privacy")]

    operations = [grant("accounts", {"support": ["view_erasurerequest"]})]
