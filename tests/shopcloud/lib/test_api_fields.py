"""Shapes that every app's API shares."""

from rest_framework import serializers

from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.money import Money


def test_money_is_written_as_its_fields_would_write_it():
    price = Money(1299, "EUR")
    by_fields = serializers.Serializer.to_representation(MoneySerializer(), price)
    assert MoneySerializer(price).data == by_fields == {"amount": 1299, "currency": "EUR"}
