"""`/api/v1/me/partner-apps/`: which apps of others act for the person, and taking that back."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import partners
from accounts.models import User
from accounts.partners import AllowedApp
from shopcloud.lib.paging import page, page_schema
from shopcloud.lib.problems import Problem

CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="opaque; take it from `next`")


class PartnerAppSerializer(serializers.Serializer[AllowedApp]):
    client_id = serializers.CharField()
    name = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField(), help_text="what it may see, in words")


class PartnerAppsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="partner_apps", parameters=[CURSOR], responses=page_schema(PartnerAppSerializer))
    def get(self, request: Request) -> Response:
        """Apps of others that act for you right now."""
        after = request.query_params.get("cursor", "")
        if not after.isprintable():
            raise Problem(400, "bad_cursor", "This cursor is broken. Start again from the first page.")
        found, more = partners.page_of_apps(cast("User", request.user), after=after)
        shown: Any = found
        return Response(page(request, PartnerAppSerializer(shown, many=True).data, next=more))


class PartnerAppView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="take_back_partner_app", responses={204: None})
    def delete(self, request: Request, client_id: str) -> Response:
        """Take back what you allowed an app; one that you allowed nothing is 204 too."""
        partners.take_back(user=cast("User", request.user), client_id=client_id)
        return Response(status=204)
