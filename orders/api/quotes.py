"""What a cart will cost, before it is ordered: what the storefront's checkout shows beside the form."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api.cart_serializers import ShippingMethodSerializer
from orders.api.carts import MARKET, caller_of
from orders.api.refusals import refusing
from orders.api.serializers import DiscountSerializer
from orders.services.quote_cart import CartQuote, quote_cart
from shopcloud.lib import clock
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.market import market_of


class QuoteRequest(serializers.Serializer[Any]):
    country = serializers.CharField(
        max_length=2, required=False, help_text="ISO 3166 alpha-2; by default the market's first"
    )
    region = serializers.CharField(max_length=2, required=False, allow_blank=True, help_text="in the US: the state")
    postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
    shipping_method = serializers.CharField(max_length=40, required=False, help_text="by default the first on offer")
    email = serializers.EmailField(max_length=254, required=False, help_text="some codes count for some people only")
    company = serializers.CharField(max_length=120, required=False, allow_blank=True)
    vat_id = serializers.CharField(max_length=30, required=False, allow_blank=True)


class QuoteSerializer(serializers.Serializer[CartQuote]):
    """The sums of the order there would be; `due` is `total` without what gift cards pay."""

    subtotal, shipping, discount, tax, total = (MoneySerializer(source=f"quote.{name}") for name in
                                                ("subtotal", "shipping", "discount", "tax", "total"))  # fmt: skip
    gift_card = MoneySerializer()
    due = MoneySerializer()
    discounts = DiscountSerializer(many=True, source="quote.reductions")
    tax_included = serializers.BooleanField(source="quote.market.tax_included", help_text="whether prices hold the tax")
    tax_known = serializers.BooleanField(help_text="false while the state, which decides the tax, is not told")
    reverse_charge = serializers.BooleanField(source="quote.reverse_charge", help_text="the business owes the tax")
    shipping_method = serializers.CharField(source="quote.method.code")
    shipping_methods = ShippingMethodSerializer(many=True, source="quote.methods")


class QuoteView(APIView):
    @extend_schema(operation_id="quote_cart", parameters=[MARKET], request=QuoteRequest, responses=QuoteSerializer)
    def post(self, request: Request, cart_id: str) -> Response:
        """Ask what a cart will cost at a place, tax and delivery included. Changes nothing.

        Tell what is known by now. An order to the same place costs this, unless prices or codes change meanwhile.
        """
        asked = QuoteRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        told = dict(asked.validated_data)
        with refusing():
            found = quote_cart(
                cart_id,
                method=told.pop("shipping_method", None),
                to=told,
                market=market_of(request),
                caller=caller_of(request),
                now=clock.now(),
            )
        return Response(QuoteSerializer(found).data)
