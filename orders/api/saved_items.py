"""Saved for later over REST: a line of a cart put aside, and back."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api.cart_serializers import CartSerializer
from orders.api.carts import MARKET, caller_of, priced
from orders.api.refusals import refusing
from orders.services import carts
from shopcloud.lib import clock


class SavedItemView(APIView):
    @extend_schema(operation_id="save_for_later", parameters=[MARKET], request=None, responses=CartSerializer)
    def put(self, request: Request, cart_id: str, sku: str) -> Response:
        """Put the cart's line of a SKU aside. One that is not in the cart changes nothing."""
        with refusing():
            cart = carts.save_for_later(cart_id=cart_id, sku=sku, now=clock.now(), caller=caller_of(request))
        return Response(priced(request, cart))

    @extend_schema(operation_id="forget_saved", parameters=[MARKET], request=None, responses={200: CartSerializer})
    def delete(self, request: Request, cart_id: str, sku: str) -> Response:
        """Drop what was saved for later."""
        with refusing():
            cart = carts.forget_saved(cart_id=cart_id, sku=sku, now=clock.now(), caller=caller_of(request))
        return Response(priced(request, cart))


class SavedItemLineView(APIView):
    @extend_schema(operation_id="saved_back_to_cart", parameters=[MARKET], request=None, responses=CartSerializer)
    def put(self, request: Request, cart_id: str, sku: str) -> Response:
        """Make what was saved a line of the cart again; quantities add up where the SKU is there already."""
        with refusing():
            cart = carts.back_to_cart(cart_id=cart_id, sku=sku, now=clock.now(), caller=caller_of(request))
        return Response(priced(request, cart))
