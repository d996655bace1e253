"""What the signed-in person looked at last, over REST."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics import viewed
from catalog import queries as catalog
from catalog.domain import ProductCard
from shopcloud.lib import clock
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page_schema, single_page
from shopcloud.lib.problems import Problem

MARKET = OpenApiParameter("market", OpenApiTypes.STR, enum=["us", "uk", "de", "fr"], default="us")


class ViewedProductSerializer(serializers.Serializer[ProductCard]):
    product_id = serializers.CharField()
    title = serializers.CharField()
    brand = serializers.CharField()
    path = serializers.CharField(help_text="the product's page")
    price = serializers.SerializerMethodField(help_text="the lowest of its variants")
    available = serializers.BooleanField(source="in_stock")

    @extend_schema_field(MoneySerializer(allow_null=True))
    def get_price(self, card: ProductCard) -> Any:
        price = card.price_from(market_of(self.context["request"]).currency)
        return MoneySerializer(price).data if price else None


class RecentlyViewedView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="recently_viewed",
        parameters=[MARKET],
        responses=page_schema(ViewedProductSerializer, most=viewed.MOST),
    )
    def get(self, request: Request) -> Response:
        """The last 12 products you looked at while you agreed to be counted, the last one first."""
        seen = catalog.cards_by_id(viewed.export_of(cast("int", request.user.pk)))
        found: Any = [card.in_language(market_of(request).language) for card in seen]
        return Response(single_page(ViewedProductSerializer(found, many=True, context={"request": request}).data))

    @extend_schema(operation_id="forget_recently_viewed", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Forget them."""
        viewed.erase_of(cast("int", request.user.pk))
        return Response(status=204)


class ViewedView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="view_product", request=None, responses={204: None})
    def put(self, request: Request, product_id: str) -> Response:
        """Note that you look at a product: it comes first in the list.

        Send it of people who agreed to be counted in your app, and of nobody else.
        """
        try:
            catalog.product(product_id)
        except catalog.ProductNotFound as error:
            raise Problem(404, "product_not_found", str(error)) from None
        viewed.note_of(cast("int", request.user.pk), product_id, at=clock.now())
        return Response(status=204)
