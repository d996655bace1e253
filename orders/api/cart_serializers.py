"""A cart as mobile clients see it."""

from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.serializers import DiscountSerializer
from orders.gift_cards import Part
from orders.pricing.priced_cart import PricedCart, PricedLine, Trouble
from orders.pricing.promotions import Reason
from orders.pricing.shipping import ShippingMethod
from shopcloud.lib.api_fields import MoneySerializer, Planned


class CartLineSerializer(Planned, serializers.Serializer[PricedLine]):
    """`was` is the price at which it was put in, where that has changed."""

    sku = serializers.CharField()
    product_id = serializers.CharField(source="line.product_id")
    title = serializers.CharField()
    options = serializers.SerializerMethodField()
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer(allow_null=True)
    total = MoneySerializer(allow_null=True)
    was = MoneySerializer(allow_null=True)
    trouble = serializers.ChoiceField(
        choices=[t.value for t in Trouble],
        allow_null=True,
        help_text="why it cannot be bought as it stands; `unknown` while the catalog has a break: ask again",
    )
    available = serializers.IntegerField(allow_null=True, help_text="units left; null where there is no limit")

    @extend_schema_field(
        serializers.DictField(child=serializers.CharField(), help_text="in the market's words, by the option's name")
    )
    def get_options(self, line: PricedLine) -> dict[str, Any]:
        return dict(line.offer.options) if line.offer else {}


class CodeSerializer(serializers.Serializer[Any]):
    """A code in the cart; `reason` and `message` say why it does not count."""

    code = serializers.CharField()
    applied = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason], allow_null=True)
    message = serializers.CharField()


class CartGiftCardSerializer(Planned, serializers.Serializer[Part]):
    """A gift card that can be spent: `paid` is its part of `total`, `balance` what it holds before."""

    id = serializers.SerializerMethodField()
    ending = serializers.CharField(source="last4")
    balance = MoneySerializer(source="left")
    paid = MoneySerializer()

    def get_id(self, part: Part) -> str:
        return part.card_id_in_cart


class CartSerializer(Planned, serializers.Serializer[PricedCart]):
    """`total` is the goods and the default delivery after discounts; `due` what is left after gift cards. Tax that is
    not in the prices comes with the order."""

    id = serializers.CharField(source="cart.cart_id")
    version = serializers.IntegerField(source="cart.version")
    market = serializers.CharField(source="market.code")
    expires_at = serializers.DateTimeField(source="cart.expires_at")
    lines = CartLineSerializer(many=True)
    saved = CartLineSerializer(many=True, help_text="put aside for later: not bought with the cart")
    subtotal = MoneySerializer()
    discount = MoneySerializer()
    discounts = DiscountSerializer(many=True, source="reductions")
    codes = serializers.SerializerMethodField()
    gift_cards = CartGiftCardSerializer(many=True, source="gift_parts")
    total = MoneySerializer(source="estimate")
    due = MoneySerializer()

    @extend_schema_field(CodeSerializer(many=True))
    def get_codes(self, cart: PricedCart) -> Any:
        return CodeSerializer(cart.codes, many=True).data if cart.codes else []


@cache
def _serializer() -> CartSerializer:
    return CartSerializer()


def shown(cart: PricedCart) -> Any:
    """The cart as JSON, by one serializer for all requests: making its fields anew costs as much as all the rest."""
    return _serializer().to_representation(cart)


class ShippingMethodSerializer(serializers.Serializer[ShippingMethod]):
    code = serializers.CharField()
    name = serializers.CharField()
    price = MoneySerializer()
    free_from = MoneySerializer(allow_null=True)
    days = serializers.ListField(child=serializers.IntegerField(), help_text="fewest and most working days")
