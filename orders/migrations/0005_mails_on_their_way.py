from django.db import migrations, models


def name_subjects(apps, schema_editor):
    """`refund-12` becomes a refund mail about number 12."""
    mailings = apps.get_model("orders", "Mailing")
    for row in mailings.objects.filter(models.Q(kind__contains="-") | models.Q(kind__contains="~")).iterator():
        named, _tilde, row.occasion = row.kind.partition("~")
        kind, _dash, about = named.rpartition("-")
        row.kind, row.about = (kind, int(about)) if about.isdigit() else (named, None)
        row.save(update_fields=["kind", "about", "occasion"])
    mailings.objects.update(due_at=models.F("claimed_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0004_aftersale_history'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='mailing', name='mailing_once_per_kind'),
        migrations.AddField(model_name='mailing', name='about', field=models.BigIntegerField(blank=True, null=True)),
        migrations.AddField(model_name='mailing', name='occasion', field=models.CharField(blank=True, max_length=40)),
        migrations.AddField(model_name='mailing', name='attempts', field=models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(model_name='mailing', name='last_error', field=models.CharField(blank=True, max_length=500)),
        migrations.AddField(model_name='mailing', name='due_at', field=models.DateTimeField(null=True)),
        migrations.RunPython(name_subjects, migrations.RunPython.noop),
        migrations.AlterField(model_name='mailing', name='due_at', field=models.DateTimeField()),
        migrations.AlterField(model_name='mailing', name='claimed_at', field=models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name='mailing',
            constraint=models.UniqueConstraint(fields=('order', 'kind', 'about', 'occasion'), name='mailing_once_per_kind', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='mailing',
            index=models.Index(condition=models.Q(('attempts__lt', 5), ('sent_at__isnull', True)), fields=['due_at'], name='mailing_due'),
        ),
        migrations.AddIndex(
            model_name='mailing',
            index=models.Index(condition=models.Q(('attempts__gte', 5), ('sent_at__isnull', True)), fields=['-id'], name='mailing_dead'),
        ),
    ]
