from typing import Any

from django.conf import settings
from rest_framework import serializers

from accounts.domain import InvalidAddress, PostalAddress, postal_address
from accounts.models import Address, User


class AddressSerializer(serializers.ModelSerializer[Address]):
    country = serializers.CharField(max_length=2, help_text="ISO 3166 alpha-2")

    class Meta:
        model = Address
        fields = ["id", "name", "line1", "line2", "city", "postal_code", "region", "country", "is_default"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        try:
            attrs["postal"] = postal_address(attrs)
        except InvalidAddress as error:
            raise serializers.ValidationError(error.errors) from None
        return attrs

    @property
    def postal(self) -> PostalAddress:
        address: PostalAddress = self.validated_data["postal"]
        return address


class MeSerializer(serializers.ModelSerializer[User]):
    email = serializers.EmailField(read_only=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ["id", "email", "first_name", "last_name", "language", "home_region"]
        read_only_fields = ["id", "home_region"]
