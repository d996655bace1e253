"""Shapes that every app's API shares."""

from collections.abc import Callable
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, cast

from rest_framework import serializers
from rest_framework.fields import SkipField

from shopcloud.lib.money import Money


class MoneySerializer(serializers.Serializer[Money]):
    """`{"amount": 1299, "currency": "USD"}`, in minor units."""

    amount = serializers.IntegerField(help_text="minor units: cents, pence, yen")
    currency = serializers.CharField(help_text="ISO 4217")

    def to_representation(self, instance: Money) -> dict[str, Any]:
        """Written out: there is money in every line of every answer, and walking two fields for each takes longer."""
        return {"amount": instance.amount, "currency": instance.currency}


def read(request: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """What a request's body says, by one serializer for all requests: making its fields anew takes longer than reading.

    Raises ValidationError, worded by a serializer of its own: a kept one repeats the language of its first refusal.
    """
    try:
        return cast("dict[str, Any]", _kept(request).run_validation(data))
    except serializers.ValidationError:
        request(data=data).is_valid(raise_exception=True)
        raise


@cache
def _kept(request: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    return request()


class Planned:
    """For serializers of answers, before their base: where a field's value lies is worked out once, not each time.

    Reads attributes and properties of objects; a method, or a key of a mapping, needs the serializer as it is. One
    serializer is then kept for all requests, so nothing of it may hang on one (`context`).
    """

    _readable_fields: Any

    @cached_property
    def _plan(self) -> "list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]":
        return [(field.field_name, _reader(field), field.to_representation) for field in self._readable_fields]

    def to_representation(self, instance: Any) -> Any:
        shown: dict[str, Any] = {}
        for name, read, write in self._plan:
            try:
                value = read(instance)
            except SkipField:
                continue
            shown[name] = None if value is None else write(value)
        return shown


def _reader(field: "serializers.Field[Any, Any, Any, Any]") -> Callable[[Any], Any]:
    finds_it_itself = type(field).get_attribute is not serializers.Field.get_attribute or field.source == "*"
    return field.get_attribute if finds_it_itself else attrgetter(str(field.source))
