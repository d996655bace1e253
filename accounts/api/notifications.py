"""`/api/v1/me/notifications/`: the signed-in person's inbox, and what they want to hear of."""

from typing import Any, cast

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Consent, User
from accounts.notifications import preferences, reading, writing
from accounts.notifications.reading import Shown
from accounts.notifications.words import Kind
from shopcloud.lib import clock
from shopcloud.lib.market import market_of
from shopcloud.lib.paging import page, page_schema, single_page
from shopcloud.lib.problems import Problem

MARKET = OpenApiParameter("market", OpenApiTypes.STR, description="whose language and currency texts are in")
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="from `next`")
UNREAD = OpenApiParameter("unread", OpenApiTypes.BOOL, description="only what was not read yet")
KIND = OpenApiParameter("kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=Kind.values)


class NotificationSerializer(serializers.Serializer[Shown]):
    id = serializers.IntegerField(source="row.pk")
    kind = serializers.CharField(source="row.kind", help_text="newer releases may send kinds you do not know")
    title = serializers.CharField(source="words.title")
    text = serializers.CharField(source="words.text")
    url = serializers.SerializerMethodField(help_text="the page it tells of; null where there is none")
    facts = serializers.JSONField(source="row.facts", help_text="`order`, or `product` and `slug`")
    created_at = serializers.DateTimeField(source="row.created_at")
    read_at = serializers.DateTimeField(source="row.read_at", allow_null=True)

    def get_url(self, one: Shown) -> str | None:
        return settings.PUBLIC_URL + one.words.path if one.words.path else None


class UnreadSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="100 stands for any more")


class ReadingSerializer(serializers.Serializer[Any]):
    up_to = serializers.IntegerField(min_value=1, max_value=2**63 - 1, help_text="the newest id that was shown")


class PreferenceSerializer(serializers.Serializer[preferences.Preference]):
    kind = serializers.CharField(read_only=True)
    in_app = serializers.BooleanField()
    email = serializers.BooleanField()
    email_is_optional = serializers.BooleanField(read_only=True, help_text="mails about orders are always sent")


def _person(request: Request) -> User:
    return cast("User", request.user)


def _unread(request: Request) -> dict[str, int]:
    return {"count": reading.unread_count(_person(request).pk)}


class NotificationsView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="notifications",
        parameters=[MARKET, CURSOR, UNREAD],
        responses=page_schema(NotificationSerializer),
    )
    def get(self, request: Request) -> Response:
        """Your inbox, newest first. New ones are pushed by `GET /events/me/`."""
        asked, unread = request.query_params, request.query_params.get("unread", "")
        if unread not in {"", "true", "false"}:
            raise Problem(400, "invalid", "`unread` is true or false.")
        told: dict[str, Any] = {"market": market_of(request), "unread": unread == "true"}
        try:
            found = reading.page_of(_person(request).pk, cursor=asked.get("cursor", ""), **told)
        except reading.BadCursor:
            raise Problem(400, "bad_cursor", "This cursor is broken. Start again from the first page.") from None
        results: Any = found.shown
        return Response(page(request, NotificationSerializer(results, many=True).data, next=found.next))


class UnreadView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="unread_notifications", responses=UnreadSerializer)
    def get(self, request: Request) -> Response:
        """How many you have not read."""
        return Response(_unread(request))


class ReadingView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="read_notifications", request=ReadingSerializer, responses=UnreadSerializer)
    def post(self, request: Request) -> Response:
        """Mark all read up to the newest one you showed: what came meanwhile stays new. Safe to repeat."""
        wanted = ReadingSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        up_to = wanted.validated_data["up_to"]
        writing.mark_all_read(user_id=_person(request).pk, up_to=up_to, now=clock.now())
        return Response(_unread(request))


class NotificationView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="delete_notification", responses={204: None})
    def delete(self, request: Request, notification_id: int) -> Response:
        """Take one out of your inbox."""
        try:
            writing.delete(user_id=_person(request).pk, notification_id=notification_id)
        except writing.NotificationNotFound:
            raise _not_found() from None
        return Response(status=204)


class OneReadingView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="read_notification", request=None, parameters=[MARKET], responses=NotificationSerializer
    )
    def put(self, request: Request, notification_id: int) -> Response:
        """Mark one as read; one that was read keeps its time."""
        try:
            row = writing.mark_read(user_id=_person(request).pk, notification_id=notification_id, now=clock.now())
        except writing.NotificationNotFound:
            raise _not_found() from None
        return Response(NotificationSerializer(reading.shown(row, market=market_of(request))).data)


class PreferencesView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="notification_preferences", responses=page_schema(PreferenceSerializer, most=len(Kind)))
    def get(self, request: Request) -> Response:
        """How you hear of each kind."""
        found: Any = preferences.preferences_of(_person(request))
        return Response(single_page(PreferenceSerializer(found, many=True).data))


class PreferenceView(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="set_notification_preference",
        parameters=[KIND],
        request=PreferenceSerializer,
        responses=PreferenceSerializer,
    )
    def put(self, request: Request, kind: str) -> Response:
        """Choose how you hear of one kind."""
        if kind not in Kind.values:
            raise Problem(404, "not_found", f"There is no such kind. Use one of: {', '.join(Kind.values)}.")
        wanted = PreferenceSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        person, said = _person(request), wanted.validated_data
        told: dict[str, Any] = {"kind": Kind(kind), "in_app": said["in_app"], "email": said["email"]}
        try:
            preferences.change(user=person, source=Consent.Source.API, now=clock.now(), **told)
        except preferences.MailNotOptional as error:
            raise Problem(409, "mail_not_optional", str(error)) from None
        kept = next(one for one in preferences.preferences_of(person) if one.kind == kind)
        return Response(PreferenceSerializer(kept).data)


def _not_found() -> Problem:
    return Problem(404, "not_found", "There is no such notification in your inbox.")
