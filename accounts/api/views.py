"""`/api/v1/me/`: the signed-in person and their addresses."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries, services
from accounts.api.serializers import AddressSerializer, MeSerializer
from accounts.models import User
from shopcloud.lib.idempotency_api import idempotent
from shopcloud.lib.paging import page_schema, single_page
from shopcloud.lib.problems import Problem


def _person(request: Request) -> User:
    """Who is signed in; the views here admit nobody else."""
    return cast("User", request.user)


class MeView(APIView):
    """Who the token belongs to."""

    partner_scopes = {"GET": "profile"}

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(_person(request)).data)

    @extend_schema(operation_id="change_me", request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Change your name, the language of your mails or where you shop; what is left out stays."""
        serializer = MeSerializer(_person(request), data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        person = _person(request)
        kept = {name: getattr(person, name) for name in ("first_name", "last_name", "language", "market")}
        changed = services.change_profile(user=person, **{**kept, **serializer.validated_data})
        return Response(MeSerializer(changed).data)


class AddressesView(APIView):
    partner_scopes = {"GET": "addresses:read"}
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="addresses", responses=page_schema(AddressSerializer, most=services.MAX_ADDRESSES))
    def get(self, request: Request) -> Response:
        """The default first, then the newest."""
        return Response(single_page(AddressSerializer(queries.addresses_of(_person(request)), many=True).data))

    @extend_schema(operation_id="add_address", request=AddressSerializer, responses={201: AddressSerializer})
    @idempotent("addresses")
    def post(self, request: Request) -> tuple[int, Any]:
        """The first address of an account becomes its default; a new default replaces the one there was."""
        serializer = AddressSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        is_default = bool(serializer.validated_data.get("is_default"))
        try:
            row = services.add_address(user=_person(request), address=serializer.postal, is_default=is_default)
        except services.TooManyAddresses as error:
            raise Problem(409, "too_many_addresses", str(error)) from None
        return status.HTTP_201_CREATED, AddressSerializer(row).data


class AddressView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="change_address", request=AddressSerializer, responses=AddressSerializer)
    def put(self, request: Request, address_id: int) -> Response:
        """Replace it whole. Orders keep the address they were placed with."""
        serializer = AddressSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        try:
            row = services.change_address(
                user=_person(request),
                address_id=address_id,
                address=serializer.postal,
                is_default=serializer.validated_data.get("is_default"),
            )
        except services.AddressNotFound as error:
            raise Problem(404, "not_found", str(error)) from None
        return Response(AddressSerializer(row).data)

    @extend_schema(operation_id="delete_address", request=None, responses={204: None})
    def delete(self, request: Request, address_id: int) -> Response:
        """Orders keep the address they were placed with."""
        try:
            services.delete_address(user=_person(request), address_id=address_id)
        except services.AddressNotFound as error:
            raise Problem(404, "not_found", str(error)) from None
        return Response(status=status.HTTP_204_NO_CONTENT)
