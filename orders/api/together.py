"""What is often bought with a product, over REST."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import queries as catalog
from media.delivery import image_url
from orders.api.carts import MARKET
from orders.bundle import MOST, BundleItem, bundle_of
from shopcloud.lib.api_fields import MoneySerializer
from shopcloud.lib.kept_reads import KeptReads
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page_schema, single_page
from shopcloud.lib.problems import Problem


class BundleItemSerializer(serializers.Serializer[BundleItem]):
    """`sku` is the variant that can be had now: put it into the cart as it is."""

    product_id = serializers.CharField(source="product.product_id")
    sku = serializers.CharField(source="variant.sku")
    title = serializers.CharField(source="product.title")
    options = serializers.CharField(help_text="which of several variants it is; empty where there is one")
    path = serializers.CharField(source="product.path", help_text="the product's page")
    price = MoneySerializer()
    image = serializers.SerializerMethodField(allow_null=True)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_image(self, item: BundleItem) -> str | None:
        if item.image is None:
            return None
        return str(self.context["request"].build_absolute_uri(image_url(item.image.key)))


class TogetherView(KeptReads, APIView):
    @extend_schema(
        operation_id="bought_together",
        parameters=[MARKET],
        responses=page_schema(
            BundleItemSerializer,
            name="Bundle",
            most=1 + MOST,
            total=MoneySerializer(allow_null=True, help_text="of all of them"),
        ),
    )
    def get(self, request: Request, product_id: str) -> Response:
        """What is often bought with a product: itself first, three in all; empty where nothing goes with it."""
        try:
            product = catalog.product(product_id)
        except catalog.ProductNotFound as error:
            raise Problem(404, "product_not_found", str(error)) from None
        if not product.is_active:
            raise Problem(404, "product_not_found", _("This product is not sold any more."))
        bundle = bundle_of(product, market=market_of(request))
        self.stale = bundle.stale if bundle else product.stale
        items: Any = bundle.items if bundle else ()
        told = BundleItemSerializer(items, many=True, context={"request": request}).data
        return Response({**single_page(told), "total": bundle.total.as_json() if bundle else None})
