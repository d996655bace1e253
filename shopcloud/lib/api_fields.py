"""Shapes that every app's API shares."""

from rest_framework import serializers

from shopcloud.lib.money import Money


class MoneySerializer(serializers.Serializer[Money]):
    """`{"amount": 1299, "currency": "USD"}`, in minor units."""

    amount = serializers.IntegerField(help_text="minor units: cents, pence, yen")
    currency = serializers.CharField(help_text="ISO 4217")
