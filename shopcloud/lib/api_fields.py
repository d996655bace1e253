"""Shapes that every app's API shares."""

from typing import Any

from rest_framework import serializers

from shopcloud.lib.money import Money


class MoneySerializer(serializers.Serializer[Money]):
    """`{"amount": 1299, "currency": "USD"}`, in minor units."""

    amount = serializers.IntegerField(help_text="minor units: cents, pence, yen")
    currency = serializers.CharField(help_text="ISO 4217")

    def to_representation(self, instance: Money) -> dict[str, Any]:
        """Written out: there is money in every line of every answer, and walking two fields for each takes longer."""
        return {"amount": instance.amount, "currency": instance.currency}
