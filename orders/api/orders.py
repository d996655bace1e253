"""Orders over REST: place, read, pay again, cancel. Another person's order does not exist."""

from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders import queries
from orders.api.card_numbers import refuse_card_numbers
from orders.api.carts import MARKET, caller_of
from orders.api.examples import ORDER_EXAMPLES
from orders.api.expansions import loaders
from orders.api.refusals import refusing
from orders.api.serializers import (
    NextPaymentRequest,
    OrderRequest,
    OrderSerializer,
    PlacedOrderSerializer,
    shown_placed,
)
from orders.models import Order
from orders.payments.returning import return_path
from orders.pricing.destination import Buyer
from orders.services.cancel_order import CancelReason, cancel_order
from orders.services.pay_order import NotPayable, start_payment
from orders.services.place_order import place_order
from shopcloud.lib import clock
from shopcloud.lib.api_fields import read
from shopcloud.lib.idempotency import Note
from shopcloud.lib.idempotency_api import answer_once
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page, page_schema
from shopcloud.lib.sparse import FIELDS, chosen_expansions, chosen_fields, expand

KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)
ORDER_KEY = OpenApiParameter(
    "X-Order-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="a guest's `access_key`"
)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR)
EXPAND = expand("documents", "products")


class OrdersView(APIView):
    partner_scopes = {"GET": "orders:read"}
    throttle_scope = "orders"

    def get_permissions(self) -> list[Any]:
        return [IsAuthenticated()] if self.request.method == "GET" else []

    @extend_schema(
        operation_id="orders",
        parameters=[FIELDS, EXPAND, CURSOR, MARKET],
        responses=page_schema(OrderSerializer),
    )
    def get(self, request: Request) -> Response:
        """The signed-in person's orders, newest first."""
        with refusing():
            found = queries.orders_of(cast("AbstractBaseUser", request.user), cursor=request.query_params.get("cursor"))
        context = _chosen(request, found.orders)
        orders = queries.with_aftersale(found.orders)
        return Response(page(request, OrderSerializer(orders, many=True, context=context).data, next=found.next))

    @extend_schema(
        operation_id="place_order",
        parameters=[KEY],
        request=OrderRequest,
        responses={201: PlacedOrderSerializer},
        examples=ORDER_EXAMPLES,
    )
    def post(self, request: Request) -> HttpResponse:
        """Order what is in the cart. With a token it is paid at once, else the buyer pays at `payment.redirect_url`."""
        refuse_card_numbers(request.data)
        wanted = read(OrderRequest, request.data)
        token = wanted.get("payment", {}).get("token")
        return answer_once(
            request,
            scope="orders",
            effect=lambda note: self._place(request, wanted, note),
            then=lambda number: self._pay(number, token),
        )

    def _place(self, request: Request, wanted: dict[str, Any], note: Note) -> str:
        with refusing():
            queries.cart(wanted["cart"], caller=caller_of(request))
            order = place_order(
                cart_id=wanted["cart"],
                market=market_of(request),
                email=wanted["email"],
                address=wanted.get("shipping_address"),
                shipping_method=wanted.get("shipping_method"),
                buyer=Buyer(**{name: wanted.get(name, "") for name in ("company", "vat_id", "country", "region")}),
                user=request.user if request.user.is_authenticated else None,
                now=clock.now(),
                note=note,
            )
        return order.number

    def _pay(self, number: str, token: str | None) -> tuple[int, Any]:
        """The provider has the attempt's own key, so doing this again charges once."""
        order = queries.bare_order(number)
        if order.status == Order.Status.AWAITING_PAYMENT:
            # A repeat that arrives at the same moment may have paid it since we looked, or seen the card declined:
            # this request is about the first attempt only.
            with suppress(NotPayable):
                start_payment(order=order, return_url=_return_url(order), token=token, now=clock.now(), attempt=1)
        return 201, shown_placed(queries.placed_order(number))


class OrderView(APIView):
    partner_scopes = {"GET": "orders:read"}

    @extend_schema(operation_id="order", parameters=[ORDER_KEY, FIELDS, EXPAND, MARKET], responses=OrderSerializer)
    def get(self, request: Request, number: str) -> Response:
        """An order as it stands: what was bought, paid, sent, returned and refunded."""
        order = order_of(request, number)
        return Response(OrderSerializer(order, context=_chosen(request, [order])).data)


class PaymentsView(APIView):
    """Another attempt to pay, after one failed or because its provider does not answer."""

    throttle_scope = "orders"

    @extend_schema(
        operation_id="pay_order",
        parameters=[ORDER_KEY],
        request=NextPaymentRequest,
        responses={201: OrderSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        refuse_card_numbers(request.data)
        wanted = NextPaymentRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        order, chosen = order_of(request, number), wanted.validated_data
        with refusing():
            start_payment(
                order=order,
                return_url=_return_url(order),
                token=chosen.get("token"),
                now=clock.now(),
                attempt=_attempt_meant(order, chosen.get("gateway")),
                via=chosen.get("gateway"),
            )
        return Response(OrderSerializer(order_of(request, number)).data, status=201)


class CancellationView(APIView):
    """Cancel an order that was not sent yet; what was paid is refunded."""

    @extend_schema(
        operation_id="cancel_order",
        parameters=[ORDER_KEY],
        request=None,
        responses={201: OrderSerializer},
    )
    def post(self, request: Request, number: str) -> Response:
        order = order_of(request, number)
        with refusing():
            cancel_order(order=order, reason=CancelReason.BY_BUYER, now=clock.now())
        return Response(OrderSerializer(order_of(request, number)).data, status=201)


def order_of(request: Request, number: str) -> Order:
    """The order for its owner, or for a guest with its key; 404 for anybody else."""
    try:
        return queries.order_for(
            number=number,
            user=request.user if request.user.is_authenticated else None,
            token=request.headers.get("X-Order-Key"),
        )
    except queries.OrderNotFound:
        raise Http404(_("There is no such order, or it is not yours.")) from None


def _chosen(request: Request, orders: list[Order]) -> dict[str, Any]:
    """What of the orders `?fields=` and `?expand=` ask for."""
    return {
        "fields": chosen_fields(request, OrderSerializer),
        "expanded": chosen_expansions(request, loaders(request, orders)),
    }


def _return_url(order: Order) -> str:
    return settings.PUBLIC_URL + return_path(order.number)


def _attempt_meant(order: Order, via: str | None) -> int:
    """The open attempt by the chosen gateway, or else the one after those the client has seen: two equal requests mean
    the same."""
    newest = max(order.payments.all(), key=lambda payment: payment.attempt, default=None)
    if newest is None:
        return 1
    continues = newest.is_open and via in (None, newest.gateway)
    return newest.attempt if continues else newest.attempt + 1
