"""Returns over REST: ask to send part of a delivered order back, and see what was asked."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api.orders import ORDER_KEY, order_of
from orders.api.refusals import refusing
from orders.carts.cart import MAX_QUANTITY
from orders.models import ReturnLine, ReturnRequest
from orders.services.request_return import request_return
from shopcloud.lib import clock
from shopcloud.lib.idempotency_api import idempotent
from shopcloud.lib.paging import page_schema, single_page

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)


class ReturnLineSerializer(serializers.Serializer[ReturnLine]):
    sku = serializers.CharField(max_length=64, source="line.sku")
    quantity = serializers.IntegerField(min_value=1, max_value=MAX_QUANTITY)


class ReturnSerializer(serializers.Serializer[ReturnRequest]):
    id = serializers.IntegerField(read_only=True)
    status = serializers.CharField(read_only=True)
    reason = serializers.CharField(max_length=300)
    lines = ReturnLineSerializer(many=True, allow_empty=False, max_length=50)  # type: ignore[call-arg]
    created_at = serializers.DateTimeField(read_only=True)


class ReturnsView(APIView):
    @extend_schema(operation_id="returns", parameters=[ORDER_KEY], responses=page_schema(ReturnSerializer))
    def get(self, request: Request, number: str) -> Response:
        """What was asked to be returned, oldest first."""
        order = order_of(request, number)
        found: Any = ReturnRequest.objects.filter(order=order).prefetch_related("lines__line")
        return Response(single_page(ReturnSerializer(found, many=True).data))

    @extend_schema(
        operation_id="request_return",
        parameters=[KEY, ORDER_KEY],
        request=ReturnSerializer,
        responses={201: ReturnSerializer},
    )
    @idempotent("returns")
    def post(self, request: Request, number: str) -> tuple[int, Any]:
        """Ask to send items back; staff answer by mail."""
        wanted = ReturnSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        order = order_of(request, number)
        quantities: dict[str, int] = {}
        for line in wanted.validated_data["lines"]:
            sku = line["line"]["sku"]
            quantities[sku] = quantities.get(sku, 0) + line["quantity"]
        with refusing():
            made = request_return(
                order=order, quantities=quantities, reason=wanted.validated_data["reason"], now=clock.now()
            )
        return 201, ReturnSerializer(made).data
