"""Dead letters are found by an index of their own."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('platform', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='outboxevent',
            index=models.Index(condition=models.Q(('attempts__gte', 5), ('relayed_at__isnull', True)), fields=['id'], name='outbox_dead'),
        ),
    ]
