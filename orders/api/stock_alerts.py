"""Back-in-stock alerts over REST; the same promise as the form's: nobody learns who waits for what."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api.carts import MARKET
from orders.api.refusals import refusing
from orders.api.returns import KEY
from orders.models import StockAlert
from orders.queries import BadCursor
from orders.services.ask_for_alert import NothingToWaitFor, TooManyAlerts, ask_for_alert, key_of, stop_alert
from shopcloud.lib import clock
from shopcloud.lib.idempotency_api import idempotent
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page, page_schema
from shopcloud.lib.problems import Problem
from shopcloud.lib.throttle import client_of

PAGE_SIZE = 50
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="opaque; take it from `next`")


class StockAlertRequest(serializers.Serializer[Any]):
    product_id = serializers.CharField(max_length=40)
    sku = serializers.CharField(max_length=64)
    email = serializers.EmailField(max_length=254)

    class Meta:
        ref_name = "AwaitedItem"


class StockAlertSerializer(serializers.Serializer[StockAlert]):
    key = serializers.SerializerMethodField(help_text="ends the alert: DELETE stock-alerts/{key}/")
    product_id = serializers.CharField()
    sku = serializers.CharField()
    email = serializers.EmailField()
    created_at = serializers.DateTimeField()

    def get_key(self, alert: StockAlert) -> str:
        return key_of(alert)


class StockAlertsView(APIView):
    throttle_scope = "orders"

    @extend_schema(operation_id="stock_alerts", parameters=[CURSOR], responses=page_schema(StockAlertSerializer))
    def get(self, request: Request) -> Response:
        """What the signed-in person waits for, newest first; nothing for guests."""
        mine = StockAlert.objects.filter(user_id=request.user.pk or 0, notified_at__isnull=True)
        if "cursor" in request.query_params:
            with refusing():
                mine = mine.filter(pk__lt=_last_seen(request.query_params["cursor"]))
        found: Any = list(mine.order_by("-pk")[: PAGE_SIZE + 1]) if request.user.pk else []
        shown = found[:PAGE_SIZE]
        more = str(shown[-1].pk) if len(found) > PAGE_SIZE else None
        return Response(page(request, StockAlertSerializer(shown, many=True).data, next=more))

    @extend_schema(
        operation_id="ask_for_stock_alert",
        parameters=[KEY, MARKET],
        request=StockAlertRequest,
        responses={202: StockAlertRequest},
    )
    @idempotent("stock-alerts")
    def post(self, request: Request) -> tuple[int, Any]:
        """Have an address told, once, when a SKU can be bought again.

        The answer is 202 whether the address waits already or not. The mail's link ends the alert.
        """
        wanted = StockAlertRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            ask_for_alert(
                **wanted.validated_data,
                user=request.user if request.user.is_authenticated else None,
                market=market_of(request),
                client=client_of(request),
                now=clock.now(),
            )
        except NothingToWaitFor as error:
            raise Problem(404, "unknown_item", str(error)) from None
        except TooManyAlerts as error:
            raise Problem(429, "too_many_alerts", str(error), headers={"Retry-After": str(error.wait)}) from None
        return 202, wanted.data


class StockAlertView(APIView):
    @extend_schema(operation_id="end_stock_alert", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """End an alert by its key; one that is gone already is 204 too."""
        try:
            stop_alert(key=key)
        except NothingToWaitFor:
            raise Problem(404, "unknown_alert", _("This key belongs to no alert.")) from None
        return Response(status=204)


def _last_seen(cursor: str) -> int:
    # Longer numbers than the database counts to are nobody's cursor.
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise BadCursor(cursor)
    return int(cursor)
