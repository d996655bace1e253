"""Webhooks to partners: where they go, and the log of what was sent."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from orders.models import PartnerDelivery, PartnerEndpoint
from orders.partners import addresses, endpoints, sending, signing
from orders.partners.recording import KINDS
from shopcloud.lib import clock
from shopcloud.lib.sealing import Unreadable
from shopcloud.lib.staff import ReadOnlyAdmin, StaffAdmin

SECRETS = {"readable": "success", "unreadable": "danger"}
STATES = {"delivered": "success", "waiting": "info", "failed": "danger"}


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    kinds = forms.MultipleChoiceField(
        label="Events",
        choices=[(kind, kind) for kind in KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text="What this partner is told of. No message says who bought.",
    )

    class Meta:
        model = PartnerEndpoint
        fields = ("name", "url", "kinds", "is_active")

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            addresses.check(url)
        except addresses.BadAddress as error:
            raise forms.ValidationError(str(error)) from None
        return url


@admin.register(PartnerEndpoint)
class PartnerEndpointAdmin(StaffAdmin):
    form = EndpointForm
    list_display = ("name", "url", "is_active", "told_secret", "failing_since", "disabled_because")
    list_filter = ("is_active",)
    ordering = ("name", "pk")
    sortable_by = ()
    search_fields = ("name",)
    search_help_text = "The beginning of a name"
    fields = (
        "name", "url", "kinds", "is_active", "failing_since", "disabled_because",
        "told_secret", "what_to_do", "old_secret", "created_at",
    )  # fmt: skip
    readonly_fields = ("failing_since", "disabled_because", "told_secret", "what_to_do", "old_secret", "created_at")
    actions_detail = ("rotate",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[Any]:
        # The rest tells how it fares, and there is none of it yet.
        return self.fields if obj else self.fields[:4]

    def search_for(self, term: str) -> Q:
        return Q(name__istartswith=term)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # The log of what was sent stays with it; switched off it is told nothing.
        return False

    def save_model(self, request: HttpRequest, obj: PartnerEndpoint, form: Any, change: bool) -> None:
        if not change:
            obj.secret = signing.new_secret()
        if obj.is_active and "is_active" in form.changed_data:
            obj.failing_since, obj.disabled_because = None, ""
        super().save_model(request, obj, form, change)
        if not change:
            _show_once(request, obj.secret)

    @display(description="secret", label=SECRETS)
    def told_secret(self, endpoint: PartnerEndpoint) -> str:
        return "unreadable" if _trouble(endpoint) else "readable"

    @display(description="what to do")
    def what_to_do(self, endpoint: PartnerEndpoint) -> str:
        trouble = _trouble(endpoint)
        return f"{trouble} Or make a new secret here, and give it to the partner." if trouble else "-"

    @display(description="old secret")
    def old_secret(self, endpoint: PartnerEndpoint) -> str:
        until = endpoint.previous_until
        return f"signs too until {date_format(until, 'DATETIME_FORMAT')}" if until and until > clock.now() else "-"

    def has_rotate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.change_partnerendpoint"))

    @action(
        description="New secret",
        permissions=["rotate"],
        icon="key",
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Make another secret?",
            "description": "Messages carry both signatures for a day, so that the partner can change over.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Make it",
        },
    )
    def rotate(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        endpoint = self.get_object(request, object_id)
        if endpoint is None:
            raise Http404("There is no such endpoint.")
        _show_once(request, endpoints.rotate(endpoint=endpoint, now=clock.now()))
        self.log_change(request, endpoint, "Made another secret.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_partnerendpoint_change", args=[endpoint.pk])})


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state, state) for state in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PartnerDelivery]) -> QuerySet[PartnerDelivery]:
        if self.value() == "waiting":
            return queryset.filter(due_at__isnull=False)
        if self.value() in {"delivered", "failed"}:
            return queryset.filter(due_at=None, delivered_at__isnull=self.value() == "failed")
        return queryset


@admin.register(PartnerDelivery)
class PartnerDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("message_id", "endpoint", "kind", "told_state", "last_status", "attempts", "due_at", "created_at")
    list_select_related = ("endpoint",)
    list_filter = (StateFilter, "endpoint")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("message_id",)
    search_help_text = "A message's id, msg_..."
    fields = (
        "endpoint", "message_id", "kind", "told_state", "attempts", "created_at", "due_at", "delivered_at",
        "last_status", "last_error", "told_payload", "request_excerpt", "response_excerpt",
    )  # fmt: skip
    readonly_fields = ("told_state", "told_payload")
    actions_detail = ("replay",)

    def search_for(self, term: str) -> Q:
        return Q(message_id=term)

    @display(description="state", label=STATES)
    def told_state(self, delivery: PartnerDelivery) -> str:
        return delivery.state

    @display(description="message")
    def told_payload(self, delivery: PartnerDelivery) -> str:
        return json.dumps(delivery.payload, indent=2)

    def has_replay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.change_partnerdelivery"))

    @action(
        description="Send again",
        permissions=["replay"],
        icon="replay",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Send this message again?",
            "description": "It keeps its id, so that a partner who has it can tell.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Send again",
        },
    )
    def replay(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        delivery = self.get_object(request, object_id)
        if delivery is None:
            raise Http404("There is no such delivery.")
        if sending.replay(delivery_id=delivery.pk, now=clock.now()):
            self.log_change(request, delivery, "Sent again.")
            messages.success(request, "It is sent within a minute.")
        else:
            messages.info(request, "It waits to be sent already.")
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_partnerdelivery_change", args=[delivery.pk])})


def _trouble(endpoint: PartnerEndpoint) -> str:
    """Why nothing can be signed for it; nothing where all is well."""
    try:
        return "" if endpoint.secret else "It has no secret."
    except Unreadable as error:
        return str(error)


def _show_once(request: HttpRequest, secret: str) -> None:
    messages.warning(request, f"The signing secret, shown this once only: {secret}")
