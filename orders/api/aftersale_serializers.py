"""What became of a paid order, as mobile clients see it: parcels, returns, refunds."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orders.carts.cart import MAX_QUANTITY
from orders.models import Fulfilment, FulfilmentLine, Order, Refund, RefundLine, ReturnLine, ReturnRequest
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.money import Money


class FulfilmentLineSerializer(serializers.Serializer[FulfilmentLine]):
    sku = serializers.CharField(source="line.sku")
    quantity = serializers.IntegerField()


class FulfilmentSerializer(serializers.Serializer[Fulfilment]):
    """One parcel."""

    carrier = serializers.CharField(source="get_carrier_display", help_text="by its name; empty where it is not known")
    tracking = serializers.CharField()
    tracking_url = serializers.CharField(help_text="the carrier's page about the parcel, where there is one")
    shipped_at = serializers.DateTimeField()
    lines = FulfilmentLineSerializer(many=True)


class RefundLineSerializer(serializers.Serializer[RefundLine]):
    sku = serializers.CharField(source="line.sku")
    quantity = serializers.IntegerField()
    amount = serializers.SerializerMethodField()

    @extend_schema_field(MoneySerializer)
    def get_amount(self, row: RefundLine) -> dict[str, Any]:
        return Money(row.amount, self.context["currency"]).as_json()


class RefundSerializer(serializers.Serializer[Refund]):
    """Money given back; `amount` in all, of which `gift_card` went back onto gift cards."""

    status = serializers.ChoiceField(choices=Refund.Status.choices, help_text="created: the bank has yet to answer")
    amount = serializers.SerializerMethodField()
    gift_card = serializers.SerializerMethodField()
    shipping = serializers.SerializerMethodField()
    lines = RefundLineSerializer(many=True)
    return_id = serializers.IntegerField(source="return_request_id", allow_null=True)
    created_at = serializers.DateTimeField()

    def _money(self, amount: int) -> dict[str, Any]:
        return Money(amount, self.context["currency"]).as_json()

    @extend_schema_field(MoneySerializer)
    def get_amount(self, refund: Refund) -> dict[str, Any]:
        return self._money(refund.total)

    @extend_schema_field(MoneySerializer)
    def get_gift_card(self, refund: Refund) -> dict[str, Any]:
        return self._money(refund.gift_card)

    @extend_schema_field(MoneySerializer)
    def get_shipping(self, refund: Refund) -> dict[str, Any]:
        return self._money(refund.shipping)


class ReturnLineSerializer(serializers.Serializer[ReturnLine]):
    sku = serializers.CharField(max_length=64, source="line.sku")
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)
    reason = serializers.ChoiceField(choices=ReturnLine.Reason.choices, required=False)
    received = serializers.IntegerField(read_only=True, allow_null=True, help_text="null until the parcel has come")


class ReturnSerializer(serializers.Serializer[ReturnRequest]):
    """requested -> approved or declined -> received -> refunded; withdrawn where the customer kept the goods."""

    id = serializers.IntegerField(read_only=True)
    status = serializers.ChoiceField(choices=ReturnRequest.Status.choices, read_only=True)
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, help_text="in the buyer's words")
    answer = serializers.CharField(read_only=True, help_text="why the shop declined")
    lines = ReturnLineSerializer(many=True, allow_empty=False, max_length=50)  # type: ignore[call-arg]
    created_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class AftersaleSerializer(serializers.ModelSerializer[Order]):
    """The part of an order that begins with its payment; what cannot be there yet is not asked for."""

    fulfilments = serializers.SerializerMethodField()
    returns = serializers.SerializerMethodField()
    refunds = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = ["fulfilment_status", "fulfilments", "returns", "refunds"]

    @extend_schema_field(FulfilmentSerializer(many=True))
    def get_fulfilments(self, order: Order) -> Any:
        return FulfilmentSerializer(order.fulfilments.all(), many=True).data if order.has_sent else []  # type: ignore[arg-type]

    @extend_schema_field(ReturnSerializer(many=True))
    def get_returns(self, order: Order) -> Any:
        return ReturnSerializer(order.returns.all(), many=True).data if order.has_sent else []  # type: ignore[arg-type]

    @extend_schema_field(RefundSerializer(many=True))
    def get_refunds(self, order: Order) -> Any:
        refunds, context = order.refunds_shown, {"currency": order.currency}
        return RefundSerializer(refunds, many=True, context=context).data if refunds else []  # type: ignore[arg-type]
