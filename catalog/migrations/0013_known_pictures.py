"""Where the pictures that files of products name are kept."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_attributes_of_rules")]

    operations = [
        migrations.CreateModel(
            name="KnownPicture",
            fields=[
                ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("source", models.TextField()),
                ("key", models.CharField(max_length=100)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("brought_at", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
    ]
