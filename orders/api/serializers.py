"""Carts and orders as mobile clients see them. Money is minor units with a currency."""

from functools import cache
from typing import Any, cast

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.api.aftersale_serializers import AftersaleSerializer
from orders.api.expansions import DocumentSerializer, OrderedProductSerializer
from orders.carts.cart import MAX_QUANTITY
from orders.models import Order, OrderLine, Payment
from orders.pricing.promotions import Reduction
from shopcloud.lib.api_fields import MoneySerializer, Planned
from shopcloud.lib.sparse import SparseFields, expansion


class AddressSerializer(serializers.Serializer[Any]):
    """Which fields a country needs is checked with the whole address; `region` is a US state's code."""

    name = serializers.CharField(max_length=120)
    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, required=False, allow_blank=True)
    city = serializers.CharField(max_length=80)
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    region = serializers.CharField(max_length=40, required=False, allow_blank=True)
    country = serializers.CharField(max_length=2, help_text="ISO 3166 alpha-2")

    class Meta:
        ref_name = "ShippingAddress"


class LineRequest(serializers.Serializer[Any]):
    product_id = serializers.CharField(max_length=40)
    quantity = serializers.IntegerField(min_value=0, max_value=MAX_QUANTITY, help_text="0 removes the line")


class DiscountSerializer(Planned, serializers.Serializer[Reduction]):
    """A promotion that counts. `amount` is off the goods, `shipping` off delivery; `code` is empty for an automatic
    one."""

    name = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    amount = MoneySerializer()
    shipping = MoneySerializer()


class PaymentRequest(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=200, required=False, help_text="the provider's token of a card")


class NextPaymentRequest(PaymentRequest):
    gateway = serializers.CharField(
        max_length=20, required=False, help_text="to pay with another provider than the shop's first"
    )


class OrderRequest(serializers.Serializer[Any]):
    cart = serializers.CharField(max_length=64)
    email = serializers.EmailField(max_length=254)
    shipping_address = AddressSerializer(required=False, help_text="not needed where all is downloaded")
    shipping_method = serializers.CharField(max_length=40, required=False)
    company = serializers.CharField(max_length=120, required=False, allow_blank=True)
    vat_id = serializers.CharField(
        max_length=30, required=False, allow_blank=True, help_text="of another EU state: the order bears no VAT"
    )
    country = serializers.CharField(
        max_length=2,
        required=False,
        help_text="ISO 3166 alpha-2: where the buyer of downloads is; by default the market's",
    )
    region = serializers.CharField(max_length=2, required=False, help_text="of downloads bought in the US: the state")
    payment = PaymentRequest(required=False)


class _Said(serializers.CharField):
    """A sentence that is stored in English and told in the buyer's language."""

    def to_representation(self, value: Any) -> str:
        return gettext(value) if value else ""


class PaymentSerializer(serializers.Serializer[Payment]):
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    redirect_url = serializers.CharField(help_text="send the buyer here while it is not empty")
    failure = _Said(help_text="why it failed, for the buyer")


@cache
def _kept(serializer: type[serializers.Serializer[Any]]) -> serializers.ListSerializer[Any]:
    """One for all requests: making its fields anew takes longer than filling them."""
    return cast("serializers.ListSerializer[Any]", serializer(many=True))


class _Amount(serializers.IntegerField):
    """An amount of an order, or of its line, as money."""

    def get_attribute(self, instance: Order | OrderLine) -> Any:
        return instance.money(getattr(instance, str(self.source)))

    def to_representation(self, value: Any) -> Any:
        return value.as_json()


def _amount() -> _Amount:
    return extend_schema_field(MoneySerializer)(_Amount)(read_only=True)


class OrderLineSerializer(Planned, serializers.Serializer[OrderLine]):
    """`title` and `options` are in the words in which they were bought."""

    sku = serializers.CharField()
    product_id = serializers.CharField()
    title = serializers.CharField()
    options = serializers.DictField(child=serializers.CharField())
    quantity = serializers.IntegerField()
    unit_price, total = (_amount() for _ in range(2))
    tax_rate = serializers.DecimalField(max_digits=7, decimal_places=6, help_text="a fraction, 0.19")
    tax_label = serializers.CharField(help_text="the tax in words; empty where none is due")
    tax = _amount()


@extend_schema_field(AddressSerializer(help_text="empty where all is downloaded"))
class _ShippedTo(serializers.JSONField):
    """The address as it was when the order was placed."""


class OrderSerializer(SparseFields, AftersaleSerializer):
    """`tax` is part of the prices where `tax_included`, else it is added; total = sum of lines - discount + shipping
    (+ tax). `due` is the total without what gift cards paid: what a payment has to bring."""

    lines = serializers.SerializerMethodField()
    payment = serializers.SerializerMethodField()
    subtotal, shipping, tax, discount, total, gift_card, due = (_amount() for _ in range(7))
    shipping_address = _ShippedTo(read_only=True)
    discounts = DiscountSerializer(many=True, source="reductions", read_only=True)
    documents = expansion(DocumentSerializer(many=True))
    products = expansion(OrderedProductSerializer(many=True))

    class Meta(AftersaleSerializer.Meta):
        fields = [
            "number", "status", "payment_status", "placed_at", "lines", "subtotal", "shipping", "tax", "tax_included",
            "discount", "discounts", "total", "gift_card", "due", "company", "vat_id", "reverse_charge",
            "shipping_method", "shipping_address", "tracking", "payment",
            *AftersaleSerializer.Meta.fields, "documents", "products",
        ]  # fmt: skip

    @extend_schema_field(OrderLineSerializer(many=True))
    def get_lines(self, order: Order) -> Any:
        return _kept(OrderLineSerializer).to_representation(order.lines.all())

    @extend_schema_field(PaymentSerializer(allow_null=True))
    def get_payment(self, order: Order) -> Any:
        newest = max(order.payments.all(), key=lambda payment: payment.attempt, default=None)
        return _kept(PaymentSerializer).to_representation([newest])[0] if newest else None


class PlacedOrderSerializer(Planned, OrderSerializer):
    """The answer to placing an order. A guest reads it later with `access_key` in the header `X-Order-Key`."""

    access_key = serializers.CharField(source="access_token", read_only=True)

    class Meta(OrderSerializer.Meta):
        fields = [*OrderSerializer.Meta.fields, "access_key"]


@cache
def _placed() -> PlacedOrderSerializer:
    return PlacedOrderSerializer()


def shown_placed(order: Order) -> Any:
    """The answer to placing it, by one serializer for all requests: making its fields takes longer."""
    return _placed().to_representation(order)
