from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0002_find_dead_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='idempotencykey',
            name='state',
            field=models.CharField(choices=[('started', 'Started'), ('done', 'Done')], default='done', max_length=8),
        ),
        migrations.AddField(
            model_name='idempotencykey',
            name='subject',
            field=models.CharField(blank=True, max_length=120),
        ),
        # Stored answers stay answers: JSON becomes the text it was.
        migrations.AlterField(
            model_name='idempotencykey',
            name='response',
            field=models.TextField(blank=True, default=''),
            preserve_default=False,
        ),
    ]
