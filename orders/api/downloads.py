"""The files of an order over REST: what there is to fetch, and the address of each, which is given once."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders import downloads
from orders.api.orders import ORDER_KEY, order_of
from orders.drafts import MAX_LINES
from orders.models import DownloadGrant
from shopcloud.lib import clock
from shopcloud.lib.paging import page_schema, single_page
from shopcloud.lib.problems import Problem


class DownloadSerializer(serializers.Serializer[DownloadGrant]):
    """Fetched once: `redeemed_at` tells when. Not any more after `expires_at`, nor once `revoked_at` tells of it."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="line.sku")
    title = serializers.CharField(source="line.title")
    expires_at = serializers.DateTimeField()
    redeemed_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class FileSerializer(serializers.Serializer[Any]):
    url = serializers.SerializerMethodField(help_text="serves the file for a minute")

    @extend_schema_field(OpenApiTypes.URI)
    def get_url(self, url: str) -> str:
        return str(self.context["request"].build_absolute_uri(url))


class DownloadsView(APIView):
    @extend_schema(
        operation_id="downloads", parameters=[ORDER_KEY], responses=page_schema(DownloadSerializer, most=MAX_LINES)
    )
    def get(self, request: Request, number: str) -> Response:
        """The files of a paid order; looking spends nothing."""
        found: Any = downloads.grants_of(order_of(request, number))
        return Response(single_page(DownloadSerializer(found, many=True).data))


class RedemptionView(APIView):
    @extend_schema(
        operation_id="redeem_download", parameters=[ORDER_KEY], request=None, responses={201: FileSerializer}
    )
    def post(self, request: Request, number: str, download_id: int) -> Response:
        """Spend the download and get the file's address. 410 `download_gone` once it is used or over."""
        mine = downloads.grants_of(order_of(request, number))
        grant = next((grant for grant in mine if grant.pk == download_id), None)
        if grant is None:
            raise Problem(404, "unknown_download", _("This order has no such download."))
        try:
            url = downloads.redeem(token=grant.token, now=clock.now())
        except downloads.DownloadGone as gone:
            raise Problem(410, "download_gone", str(gone)) from None
        return Response(FileSerializer(url, context={"request": request}).data, status=201)
