"""Imports can be cancelled."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_collections")]

    operations = [
        migrations.AlterField(
            model_name="productimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Waiting for a look"),
                    ("confirmed", "Running"),
                    ("finished", "Finished"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
