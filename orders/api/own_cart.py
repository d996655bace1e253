"""The signed-in person's own cart: one, on every device, remembered where Redis forgets."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders import queries
from orders.api.cart_serializers import CartSerializer, shown
from orders.api.carts import MARKET
from orders.api.refusals import refusing
from orders.carts.cart import Cart
from orders.deals import customer_of
from orders.services.own_cart import own_cart, take_over
from shopcloud.lib import clock
from shopcloud.lib.market import market_of


class GuestCartRequest(serializers.Serializer[Any]):
    cart = serializers.CharField(max_length=64, required=False, help_text="a guest's cart to take over")


class OwnCartSerializer(CartSerializer):
    note = serializers.CharField(help_text="what to tell the person: items merged, or fewer than both carts held")


def _person(request: Request) -> int:
    return cast("int", request.user.pk)


class OwnCartView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="own_cart", parameters=[MARKET], responses=OwnCartSerializer)
    def get(self, request: Request) -> Response:
        """Which cart is yours, at today's prices and stock. Its id works under `carts/` with your token only."""
        with refusing():
            cart = own_cart(user_id=_person(request), market=market_of(request), now=clock.now())
        return Response(_shown(request, cart))

    @extend_schema(
        operation_id="adopt_cart", parameters=[MARKET], request=GuestCartRequest, responses=OwnCartSerializer
    )
    def post(self, request: Request) -> Response:
        """Take a guest's cart over after signing in. Its lines are added once, however often this is sent."""
        wanted = GuestCartRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        with refusing():
            joined = take_over(
                source_id=wanted.validated_data.get("cart"),
                user_id=_person(request),
                market=market_of(request),
                now=clock.now(),
            )
        return Response(_shown(request, joined.cart, joined.note))


def _shown(request: Request, cart: Cart, note: str = "") -> Any:
    found = queries.price(cart, market=market_of(request), now=clock.now(), customer=customer_of(request.user.pk))
    return {**shown(found), "note": note}
