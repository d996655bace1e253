from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0029_data_exports'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='market',
            field=models.CharField(blank=True, db_default='', default='', max_length=8),
        ),
    ]
