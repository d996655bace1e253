"""`/api/v1/me/sessions/` and `/api/v1/me/erasure/`: signing out everywhere, and being forgotten."""

from typing import cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import privacy, services
from accounts.erasures import ErasureRequest
from accounts.models import User
from accounts.tasks import erase_person
from accounts.tokens import keep_signed_in
from shopcloud.lib import clock
from shopcloud.lib.problems import Problem


class ErasureSerializer(serializers.Serializer[ErasureRequest]):
    asked_at = serializers.DateTimeField(source="requested_at", read_only=True)
    state = serializers.ChoiceField(choices=ErasureRequest.State.choices, read_only=True)
    password = serializers.CharField(write_only=True, max_length=4096, help_text="once more: nobody else may ask")


class SessionsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="sign_out_everywhere", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End every session of yours, this one too: in browsers and apps all tokens stop opening anything."""
        services.sign_out_everywhere(user=cast("User", request.user))
        return Response(status=204)


class OtherSessionsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="sign_out_elsewhere", responses={204: None})
    def delete(self, request: Request) -> Response:
        """End every other session of yours, and what partner apps were allowed. This one and its tokens stay."""
        person = cast("User", request.user)
        services.sign_out_everywhere(user=person)
        person.refresh_from_db()
        keep_signed_in(request, person)
        return Response(status=204)


class ErasureView(APIView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "codes"

    @extend_schema(operation_id="erasure", responses=ErasureSerializer)
    def get(self, request: Request) -> Response:
        """Your wish to be forgotten; 404 while there is none."""
        wish = privacy.open_request(cast("User", request.user).email)
        if wish is None:
            raise Problem(404, "not_found", _("You have not asked to be forgotten."))
        return Response(ErasureSerializer(wish).data)

    @extend_schema(operation_id="ask_for_erasure", request=ErasureSerializer, responses={202: ErasureSerializer})
    def post(self, request: Request) -> Response:
        """Ask to be forgotten. What the law makes the shop keep stays until it may go; a mail tells more."""
        wanted = ErasureSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        person = cast("User", request.user)
        if not person.check_password(wanted.validated_data["password"]):
            raise Problem(403, "wrong_password", _("This is not your password."))
        try:
            wish = privacy.ask_to_be_forgotten(user=person, now=clock.now())
        except privacy.StaffAccount as refusal:
            raise Problem(403, "staff_account", str(refusal)) from None
        # Should the task be lost, the schedule finds the wish.
        erase_person.delay(request_id=wish.pk)
        return Response(ErasureSerializer(wish).data, status=202)
