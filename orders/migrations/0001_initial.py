

import django.db.models.deletion
import django.db.models.expressions
import shopcloud.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxCharge',
            fields=[
                ('charge_id', models.CharField(default=shopcloud.lib.ids.secret_token, max_length=64, primary_key=True, serialize=False)),
                ('idempotency_key', models.CharField(max_length=200, unique=True)),
                ('status', models.CharField(choices=[('open', 'Open'), ('requires_action', 'Requires Action'), ('succeeded', 'Succeeded'), ('declined', 'Declined')], max_length=20)),
                ('amount', models.BigIntegerField()),
                ('refunded', models.BigIntegerField(default=0)),
                ('currency', models.CharField(max_length=3)),
                ('return_url', models.URLField(max_length=1000)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(default=shopcloud.lib.ids.order_number, editable=False, max_length=20, unique=True)),
                ('email', models.EmailField(max_length=254)),
                ('status', models.CharField(choices=[('awaiting_payment', 'Awaiting payment'), ('paid', 'Paid'), ('fulfilled', 'Fulfilled'), ('cancelled', 'Cancelled')], default='awaiting_payment', max_length=20)),
                ('market', models.CharField(max_length=8)),
                ('language', models.CharField(max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('subtotal', models.BigIntegerField()),
                ('discount', models.BigIntegerField(default=0)),
                ('shipping', models.BigIntegerField(default=0)),
                ('tax', models.BigIntegerField(default=0)),
                ('shipping_tax', models.BigIntegerField(default=0)),
                ('shipping_tax_rate', models.DecimalField(decimal_places=4, default=0, max_digits=6)),
                ('tax_included', models.BooleanField(default=False)),
                ('total', models.BigIntegerField()),
                ('shipping_method', models.CharField(blank=True, max_length=40)),
                ('shipping_address', models.JSONField(default=dict)),
                ('access_token', models.CharField(default=shopcloud.lib.ids.secret_token, editable=False, max_length=64, unique=True)),
                ('cart_id', models.CharField(max_length=64)),
                ('cart_version', models.BigIntegerField()),
                ('cancel_reason', models.CharField(blank=True, max_length=40)),
                ('tracking', models.CharField(blank=True, max_length=120)),
                ('placed_at', models.DateTimeField()),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('fulfilled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='orders', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=64)),
                ('product_id', models.CharField(max_length=40)),
                ('slug', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=200)),
                ('options', models.JSONField(default=dict)),
                ('image', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(max_length=10)),
                ('download', models.CharField(blank=True, max_length=300)),
                ('quantity', models.PositiveIntegerField()),
                ('unit_price', models.BigIntegerField()),
                ('total', models.BigIntegerField()),
                ('discount', models.BigIntegerField(default=0)),
                ('tax_rate', models.DecimalField(decimal_places=4, default=0, max_digits=6)),
                ('tax', models.BigIntegerField(default=0)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='DownloadGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('redeemed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='downloads', to='orders.orderline')),
            ],
        ),
        migrations.CreateModel(
            name='OrderNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500)),
                ('for_customer', models.BooleanField(default=False)),
                ('at', models.DateTimeField()),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='orders.order')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField(default=1)),
                ('gateway', models.CharField(max_length=20)),
                ('status', models.CharField(choices=[('created', 'Created'), ('pending', 'Pending'), ('requires_action', 'Requires Action'), ('captured', 'Captured'), ('failed', 'Failed'), ('refunded', 'Refunded')], default='created', max_length=20)),
                ('amount', models.BigIntegerField()),
                ('refunded', models.BigIntegerField(default=0)),
                ('currency', models.CharField(max_length=3)),
                ('provider_reference', models.CharField(blank=True, db_index=True, max_length=200)),
                ('redirect_url', models.URLField(blank=True, max_length=1000)),
                ('failure', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('status', models.CharField(choices=[('created', 'Created'), ('succeeded', 'Succeeded'), ('failed', 'Failed')], default='created', max_length=12)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('provider_reference', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField()),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='orders.payment')),
            ],
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('sku', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('product_id', models.CharField(db_index=True, max_length=40)),
                ('on_hand', models.IntegerField(default=0)),
                ('reserved', models.IntegerField(default=0)),
                ('low_at', models.PositiveIntegerField(default=3)),
                ('updated_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('on_hand__lte', models.F('low_at'))), fields=['on_hand'], name='stock_low')],
                'constraints': [models.CheckConstraint(condition=models.Q(('on_hand__gte', models.F('reserved')), ('reserved__gte', 0)), name='stock_never_oversold')],
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sku', models.CharField(max_length=64)),
                ('reason', models.CharField(choices=[('received', 'Received'), ('corrected', 'Corrected'), ('reserved', 'Reserved'), ('released', 'Released'), ('sold', 'Sold'), ('returned', 'Returned')], max_length=12)),
                ('quantity', models.IntegerField()),
                ('order_number', models.CharField(blank=True, max_length=20)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['sku', 'at'], name='stock_movement_of_sku')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('reason__in', ['reserved', 'released', 'sold'])), fields=('order_number', 'sku', 'reason'), name='stock_moved_once_per_order')],
            },
        ),
        migrations.CreateModel(
            name='WebhookEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=20)),
                ('event_id', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=80)),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('gateway', 'event_id'), name='webhook_once')],
            },
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['user', '-placed_at'], name='order_history'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['-placed_at'], name='order_newest'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['email', '-placed_at'], name='order_by_email'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('status', 'awaiting_payment')), fields=['placed_at'], name='order_unpaid'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.UniqueConstraint(fields=('cart_id', 'cart_version'), name='order_once_per_cart_version'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('discount__gte', 0), ('shipping__gte', 0), ('subtotal__gte', 0), ('tax__gte', 0), ('total__gte', 0)), name='order_amounts_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tax_included', True), ('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('subtotal'), '-', models.F('discount')), '+', models.F('shipping')))), models.Q(('tax_included', False), ('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('subtotal'), '-', models.F('discount')), '+', models.F('shipping')), '+', models.F('tax')))), _connector='OR'), name='order_sums_are_exact'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'sku'), name='order_line_once_per_sku'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='order_line_has_quantity'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(models.F('quantity'), '*', models.F('unit_price')))), name='order_line_sum_is_exact'),
        ),
        migrations.AddConstraint(
            model_name='downloadgrant',
            constraint=models.UniqueConstraint(fields=('line',), name='download_once_per_line'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('status__in', ['created', 'pending', 'requires_action'])), fields=['updated_at'], name='payment_open'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('order', 'attempt'), name='payment_once_per_attempt'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'captured')), fields=('order',), name='payment_captured_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('refunded__gte', 0), ('refunded__lte', models.F('amount'))), name='refund_within_captured'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_of_something'),
        ),
    ]
