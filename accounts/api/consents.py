"""`/api/v1/me/consents/`: what the signed-in person allows us to do."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries, services
from accounts.models import Consent, User
from shopcloud.lib import clock
from shopcloud.lib.paging import page_schema, single_page
from shopcloud.lib.problems import Problem

PURPOSE = OpenApiParameter("purpose", OpenApiTypes.STR, OpenApiParameter.PATH, enum=Consent.Purpose.values)


class ConsentSerializer(serializers.Serializer[Consent]):
    purpose = serializers.CharField(
        read_only=True, help_text="cart_reminders, or of products on the wishlist: back_in_stock, price_drop"
    )
    granted = serializers.BooleanField()
    at = serializers.DateTimeField(read_only=True, allow_null=True, help_text="since when; null if never asked")


class ConsentsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="consents", responses=page_schema(ConsentSerializer, most=len(Consent.Purpose)))
    def get(self, request: Request) -> Response:
        """Every purpose, with what you said last. Nothing is granted until you say so."""
        found: Any = queries.consents_of(cast("User", request.user))
        return Response(single_page(ConsentSerializer(found, many=True).data))


class ConsentView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="set_consent", parameters=[PURPOSE], request=ConsentSerializer, responses=ConsentSerializer
    )
    def put(self, request: Request, purpose: str) -> Response:
        """Grant a purpose or take it back."""
        if purpose not in Consent.Purpose.values:
            raise Problem(
                404, "not_found", f"There is no such purpose. Use one of: {', '.join(Consent.Purpose.values)}."
            )
        wanted = ConsentSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        person, said = cast("User", request.user), Consent.Purpose(purpose)
        services.set_consent(
            user_id=person.pk,
            purpose=said,
            granted=wanted.validated_data["granted"],
            source=Consent.Source.API,
            now=clock.now(),
        )
        newest = next(consent for consent in queries.consents_of(person) if consent.purpose == said)
        return Response(ConsentSerializer(newest).data)
