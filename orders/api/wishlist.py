"""The signed-in person's wishlist, and the link that shows it to others."""

from typing import Any, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.domain import SKU
from orders.api.carts import MARKET
from orders.api.refusals import refusing
from orders.services import wishlist
from orders.wishes import person
from orders.wishes.shown import ShownWish, WishTrouble, page_of, shown
from orders.wishes.wish import Holder
from shopcloud.lib import clock
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page, page_schema
from shopcloud.lib.problems import Problem

CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next`")


class WishRequest(serializers.Serializer[Any]):
    sku = serializers.RegexField(SKU, max_length=64, required=False, help_text="the variant, where one is chosen")


class WishSerializer(serializers.Serializer[ShownWish]):
    product_id = serializers.CharField()
    sku = serializers.CharField(help_text="the chosen or only variant; empty where there is a choice to make")
    title = serializers.SerializerMethodField()
    options = serializers.CharField(help_text="in the market's words, what tells the variant from others")
    path = serializers.SerializerMethodField(help_text="the product's page")
    price = MoneySerializer(allow_null=True, help_text="now; the lowest of several where no variant is chosen")
    was = MoneySerializer(allow_null=True, help_text="when it was added, where it costs less now")
    trouble = serializers.ChoiceField(choices=list(WishTrouble), allow_null=True, help_text="why it cannot be bought")
    added_at = serializers.DateTimeField()

    def get_title(self, wish: ShownWish) -> str:
        return wish.product.title if wish.product else ""

    def get_path(self, wish: ShownWish) -> str:
        return wish.product.path if wish.product else ""


class WishlistLinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField()


WISH_PAGE = page_schema(WishSerializer)


def _holder(request: Request) -> Holder:
    return Holder(cast("int", request.user.pk))


class WishlistView(APIView):
    partner_scopes = {"GET": "wishlist:read"}
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="wishlist", parameters=[MARKET, CURSOR], responses=WISH_PAGE)
    def get(self, request: Request) -> Response:
        """What you saved, the newest first, at today's prices."""
        with refusing():
            found = page_of(
                wishlist.wishes_of(_holder(request)),
                market=market_of(request),
                cursor=request.query_params.get("cursor", ""),
            )
        return Response(page(request, _written(found.wishes), next=found.next))


class WishView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="save_wish", parameters=[MARKET], request=WishRequest, responses=WishSerializer)
    def put(self, request: Request, product_id: str) -> Response:
        """Save a product. One that is on the list stays as it is, with the price and the time it was added."""
        wanted = WishRequest(data=request.data)
        wanted.is_valid(raise_exception=True)
        holder, market, sku = _holder(request), market_of(request), wanted.validated_data.get("sku", "")
        with refusing():
            wishlist.add_wish(holder=holder, product_id=product_id, sku=sku, market=market, now=clock.now())
            kept = [wish for wish in wishlist.wishes_of(holder) if wish.product_id == product_id]
            found = shown(kept, market=market)
        return Response(_written(found)[0])

    @extend_schema(operation_id="remove_wish", responses={204: None})
    def delete(self, request: Request, product_id: str) -> Response:
        """Take a product off; one that is not on the list is 204 too."""
        wishlist.remove_wish(holder=_holder(request), product_id=product_id)
        return Response(status=204)


class WishlistLinkView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="wishlist_link", responses=WishlistLinkSerializer)
    def get(self, request: Request) -> Response:
        """The link that shows your list to others; 404 while there is none."""
        token = person.share_token(cast("int", request.user.pk))
        if not token:
            raise Problem(404, "not_shared", _("This wishlist is not shared."))
        return Response(_link(request, token))

    @extend_schema(operation_id="share_wishlist", request=None, responses=WishlistLinkSerializer)
    def put(self, request: Request) -> Response:
        """Make the link. A list that has one keeps it."""
        return Response(_link(request, person.share(cast("int", request.user.pk))))

    @extend_schema(operation_id="stop_sharing_wishlist", responses={204: None})
    def delete(self, request: Request) -> Response:
        """From now on the link leads nowhere; the next one is another."""
        person.stop_sharing(cast("int", request.user.pk))
        return Response(status=204)


class SharedWishlistView(APIView):
    @extend_schema(operation_id="shared_wishlist", parameters=[MARKET, CURSOR], responses=WISH_PAGE)
    def get(self, request: Request, token: str) -> Response:
        """Somebody's list, for whoever was given its link: the link's last part is the token."""
        wishes = person.shared(token)
        if wishes is None:
            raise Problem(404, "not_shared", _("This wishlist is not shared."))
        with refusing():
            found = page_of(wishes, market=market_of(request), cursor=request.query_params.get("cursor", ""))
        return Response(page(request, _written(found.wishes), next=found.next))


def _written(wishes: Any) -> Any:
    return WishSerializer(wishes, many=True).data


def _link(request: Request, token: str) -> dict[str, str]:
    return {"url": request.build_absolute_uri(reverse("wishlist-shared", args=[token]))}
