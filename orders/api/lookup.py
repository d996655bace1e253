"""A guest's way back to an order over REST; the same promise as the page's: nobody learns whether there is one."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from orders.api.orders import KEY
from orders.services.look_up_order import TooManyLookups, look_up_order
from shopcloud.lib.idempotency_api import idempotent
from shopcloud.lib.problems import Problem
from shopcloud.lib.throttle import client_of


class LookupSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(max_length=40)
    email = serializers.EmailField(max_length=254, help_text="the address the order was placed with")

    class Meta:
        ref_name = "OrderLookup"


class LookupView(APIView):
    throttle_scope = "orders"

    @extend_schema(
        operation_id="look_up_order", parameters=[KEY], request=LookupSerializer, responses={202: LookupSerializer}
    )
    @idempotent("order-lookups")
    def post(self, request: Request) -> tuple[int, Any]:
        """Have the link to a guest's order mailed to the order's own address.

        The answer is 202 whether there is such an order or not. The link's `key` is the order's `X-Order-Key`.
        """
        wanted = LookupSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            look_up_order(**wanted.validated_data, client=client_of(request))
        except TooManyLookups as refusal:
            raise Problem(429, "too_many_lookups", str(refusal), headers={"Retry-After": str(refusal.wait)}) from None
        return 202, wanted.data
