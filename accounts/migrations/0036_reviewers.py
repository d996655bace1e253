import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0035_plurals'),
    ]

    operations = [
        # First without a default: filled for everybody at once, the table would be written anew under a lock.
        migrations.AddField(
            model_name='user',
            name='reviewer',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='user',
            name='reviewer',
            field=models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=uuid.uuid4, editable=False, null=True),
        ),
    ]
