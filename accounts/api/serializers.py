from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.domain import InvalidAddress, PostalAddress, postal_address
from accounts.models import Address, User
from shopcloud.lib.market import markets


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
    market = serializers.CharField(
        max_length=8,
        required=False,
        allow_blank=True,
        help_text="where the person shops; empty until they choose. Send it as `?market=` yourself",
    )

    class Meta:
        model = User
        fields = ["id", "email", "first_name", "last_name", "language", "market", "home_region"]
        read_only_fields = ["id", "home_region"]

    def validate_market(self, code: str) -> str:
        if code and code not in markets():
            raise serializers.ValidationError(_("There is no such market."))
        return code
