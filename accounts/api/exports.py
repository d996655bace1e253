"""`/api/v1/me/data-export/`: a copy of everything the shop knows of a person."""

from contextlib import suppress
from typing import Any, cast

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import copies
from accounts.exports import DataExport
from accounts.models import User
from accounts.privacy_views import LOST
from accounts.tasks import export_person
from shopcloud.lib import clock
from shopcloud.lib.problems import Problem


class ExportSerializer(serializers.Serializer[DataExport]):
    """`waiting`, then `ready` for a week, then `gone`."""

    asked_at = serializers.DateTimeField(source="requested_at", read_only=True)
    state = serializers.ChoiceField(choices=DataExport.State.choices, read_only=True)
    password = serializers.CharField(write_only=True, max_length=4096, help_text="once more: nobody else may ask")

    class Meta:
        ref_name = "DataExport"


class ExportFileSerializer(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="a ZIP; good for a minute", read_only=True)
    password = serializers.CharField(write_only=True, max_length=4096, help_text="once more: nobody else may fetch it")

    class Meta:
        ref_name = "DataExportFile"


class ExportView(APIView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "codes"

    @extend_schema(operation_id="data_export", responses=ExportSerializer)
    def get(self, request: Request) -> Response:
        """The copy you asked for last, and whether it is ready; 404 while there is none."""
        return Response(ExportSerializer(_newest(request)).data)

    @extend_schema(operation_id="ask_for_data_export", request=ExportSerializer, responses={202: ExportSerializer})
    def post(self, request: Request) -> Response:
        """Ask for a copy of everything the shop knows of you; a mail tells when it is ready. Asked twice is once."""
        person = _who_said_the_password(request, ExportSerializer(data=request.data))
        wish = copies.ask(user=person, now=clock.now())
        # Should the task be lost, the schedule finds the wish.
        with suppress(*LOST):
            export_person.delay(export_id=wish.pk)
        return Response(ExportSerializer(wish).data, status=202)


class ExportFileView(APIView):
    permission_classes = [IsAuthenticated]
    throttle_scope = "codes"

    @extend_schema(
        operation_id="fetch_data_export", request=ExportFileSerializer, responses={201: ExportFileSerializer}
    )
    def post(self, request: Request) -> Response:
        """Get the address of the file, good for a minute. 404 while it is not ready, and when its week is over."""
        _who_said_the_password(request, ExportFileSerializer(data=request.data))
        found = _newest(request)
        if not found.is_ready:
            raise Problem(404, "not_found", _("Your copy is not ready, or no longer kept."))
        return Response({"url": copies.link_of(found)}, status=201)


def _newest(request: Request) -> DataExport:
    found = copies.newest_of(cast("User", request.user))
    if found is None:
        raise Problem(404, "not_found", _("You have not asked for a copy."))
    return found


def _who_said_the_password(request: Request, wanted: serializers.Serializer[Any]) -> User:
    wanted.is_valid(raise_exception=True)
    person = cast("User", request.user)
    if not person.check_password(wanted.validated_data["password"]):
        raise Problem(403, "wrong_password", _("This is not your password."))
    return person
