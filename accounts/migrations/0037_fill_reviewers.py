from django.contrib.postgres.functions import RandomUUID
from django.db import migrations

BATCH = 1000


def fill(apps, schema_editor):
    """Whoever signed up before; those who sign up meanwhile, by whichever release, are given one by the database."""
    people = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    last = 0
    while batch := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        people.filter(pk__in=batch, reviewer=None).update(reviewer=RandomUUID())
        last = batch[-1]


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('accounts', '0036_reviewers'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
