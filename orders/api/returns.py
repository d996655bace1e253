"""Returns over REST: ask to send part of a delivered order back, see how it stands, think better of it."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders import queries
from orders.api.aftersale_serializers import ReturnSerializer
from orders.api.orders import ORDER_KEY, order_of
from orders.api.refusals import refusing
from orders.models import ReturnRequest
from orders.services.request_return import MAX_RETURNS, request_return, withdraw_return
from shopcloud.lib import clock
from shopcloud.lib.idempotency_api import idempotent
from shopcloud.lib.paging import page_schema, single_page

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)


class ReturnsView(APIView):
    partner_scopes = {"GET": "orders:read"}

    @extend_schema(
        operation_id="returns", parameters=[ORDER_KEY], responses=page_schema(ReturnSerializer, most=MAX_RETURNS)
    )
    def get(self, request: Request, number: str) -> Response:
        """What was asked to be returned, oldest first."""
        order = order_of(request, number)
        found: Any = order.returns.all()
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
        reasons: dict[str, str] = {}
        for line in wanted.validated_data["lines"]:
            sku = line["line"]["sku"]
            quantities[sku] = quantities.get(sku, 0) + line["quantity"]
            reasons[sku] = line.get("reason", "")
        with refusing():
            made = request_return(
                order=order,
                quantities=quantities,
                reasons=reasons,
                reason=wanted.validated_data.get("reason", ""),
                now=clock.now(),
            )
        return 201, ReturnSerializer(made).data


class ReturnView(APIView):
    partner_scopes = {"GET": "orders:read"}

    @extend_schema(operation_id="order_return", parameters=[ORDER_KEY], responses=ReturnSerializer)
    def get(self, request: Request, number: str, return_id: int) -> Response:
        """How a return stands, and what the shop answered."""
        return Response(ReturnSerializer(_return(request, number, return_id)).data)


class WithdrawalView(APIView):
    """The customer keeps the goods."""

    @extend_schema(
        operation_id="withdraw_return", parameters=[ORDER_KEY], request=None, responses={201: ReturnSerializer}
    )
    def post(self, request: Request, number: str, return_id: int) -> Response:
        """Withdraw a return whose goods have not come yet."""
        wanted = _return(request, number, return_id)
        with refusing():
            withdraw_return(request=wanted, now=clock.now())
        return Response(ReturnSerializer(_return(request, number, return_id)).data, status=201)


def _return(request: Request, number: str, return_id: int) -> ReturnRequest:
    try:
        return queries.return_of(order_of(request, number), return_id)
    except queries.ReturnNotFound as error:
        raise Http404(str(error)) from None
