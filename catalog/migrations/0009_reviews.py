from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_import_cancelled")]

    operations = [
        migrations.CreateModel(
            name="CatalogReview",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "review",
                "verbose_name_plural": "reviews",
                "managed": False,
                "default_permissions": ("view", "change"),
            },
        ),
    ]
