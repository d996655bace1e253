"""Carts over REST. A guest cart's id is its permission: 256 bits that only its owner knows."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.domain import Product
from orders import queries
from orders.api.cart_serializers import CartSerializer, ShippingMethodSerializer, shown
from orders.api.refusals import refusing
from orders.api.serializers import LineRequest
from orders.carts.cart import Caller, Cart
from orders.deals import Customer, customer_of
from orders.models import ShippingMethod
from orders.pricing.destination import Destination
from orders.services import cart_codes, carts
from shopcloud.lib import clock
from shopcloud.lib.api_fields import read
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page_schema, single_page


def caller_of(request: Request) -> Caller:
    """Who asks. Over REST a cart's id opens no cart that has an owner."""
    return Caller(user_id=request.user.pk)


MARKET = OpenApiParameter("market", OpenApiTypes.STR, enum=["us", "uk", "de", "fr"], default="us")


class CartsView(APIView):
    @extend_schema(operation_id="new_cart", request=None, parameters=[MARKET], responses={201: CartSerializer})
    def post(self, request: Request) -> Response:
        """An empty cart. Calling again makes another one; empty carts expire by themselves."""
        cart = carts.new_cart(market=market_of(request), now=clock.now())
        return Response(priced(request, cart), status=201)


class CartView(APIView):
    @extend_schema(operation_id="cart", parameters=[MARKET], responses=CartSerializer)
    def get(self, request: Request, cart_id: str) -> Response:
        """The cart at today's prices and stock; `trouble` says why a line cannot be bought as it stands."""
        with refusing():
            found = queries.priced_cart(
                cart_id,
                market=market_of(request),
                now=clock.now(),
                caller=caller_of(request),
                customer=_customer(request),
            )
        return Response(shown(found))

    @extend_schema(operation_id="empty_cart", responses={204: None})
    def delete(self, request: Request, cart_id: str) -> Response:
        """Drop its lines, codes and gift cards. What was saved for later stays, and the id goes on working."""
        with refusing():
            carts.clear(cart_id=cart_id, now=clock.now(), caller=caller_of(request))
        return Response(status=204)


class CartLineView(APIView):
    @extend_schema(operation_id="set_line", parameters=[MARKET], request=LineRequest, responses=CartSerializer)
    def put(self, request: Request, cart_id: str, sku: str) -> Response:
        """Make the quantity of a SKU exactly this."""
        wanted = read(LineRequest, request.data)
        with refusing():
            put = carts.put_line(
                cart_id=cart_id,
                product_id=wanted["product_id"],
                sku=sku,
                quantity=wanted["quantity"],
                now=clock.now(),
                market=market_of(request),
                caller=caller_of(request),
            )
        return Response(priced(request, put.cart, known=put.products))

    @extend_schema(operation_id="remove_line", parameters=[MARKET], responses={200: CartSerializer})
    def delete(self, request: Request, cart_id: str, sku: str) -> Response:
        """Take a SKU out of the cart; one that is not in it changes nothing."""
        with refusing():
            cart = carts.remove_line(cart_id=cart_id, sku=sku, now=clock.now(), caller=caller_of(request))
        return Response(priced(request, cart))


class CartCodeView(APIView):
    """Coupons and gift cards. A gift card is removed by its code, or by its `id` in the cart."""

    throttle_scope = "codes"

    @extend_schema(operation_id="enter_code", parameters=[MARKET], request=None, responses=CartSerializer)
    def put(self, request: Request, cart_id: str, code: str) -> Response:
        """Use a code. One that could count with another cart is kept, and `codes` says what is missing."""
        with refusing():
            cart = cart_codes.add_code(
                cart_id=cart_id,
                code=code,
                market=market_of(request),
                customer=_customer(request),
                now=clock.now(),
                caller=caller_of(request),
            )
        return Response(priced(request, cart))

    @extend_schema(operation_id="remove_code", parameters=[MARKET], responses={200: CartSerializer})
    def delete(self, request: Request, cart_id: str, code: str) -> Response:
        with refusing():
            cart = cart_codes.remove_code(cart_id=cart_id, code=code, now=clock.now(), caller=caller_of(request))
        return Response(priced(request, cart))


class ShippingMethodsView(APIView):
    """How a cart can be delivered to a country, there to a postal code, the default first."""

    @extend_schema(
        operation_id="shipping_methods",
        parameters=[
            OpenApiParameter("country", OpenApiTypes.STR),
            OpenApiParameter("postal_code", OpenApiTypes.STR),
            MARKET,
        ],
        responses=page_schema(ShippingMethodSerializer, most=ShippingMethod.MOST),
    )
    def get(self, request: Request, cart_id: str) -> Response:
        market, now = market_of(request), clock.now()
        asked = request.query_params
        to = Destination(
            country=asked.get("country", market.countries[0]).upper(), postal_code=asked.get("postal_code", "")
        )
        with refusing():
            cart = queries.priced_cart(cart_id, market=market, now=now, caller=caller_of(request))
            methods: Any = queries.delivery_options(cart, to, on=now.date())
        return Response(single_page(ShippingMethodSerializer(methods, many=True).data))


def priced(request: Request, cart: Cart, *, known: Mapping[str, Product] | None = None) -> Any:
    """The cart as it was just changed; stock is told by GET, so that a change costs no SQL."""
    found = queries.price(
        cart,
        market=market_of(request),
        now=clock.now(),
        with_stock=False,
        customer=_customer(request),
        known=known,
    )
    return shown(found)


def _customer(request: Request) -> Customer | None:
    return customer_of(request.user.pk)
