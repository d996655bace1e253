"""Promotions with their codes, and who used them."""

import csv
from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from orders.admin.promotion_forms import CodesForm, CouponForm, PromotionForm
from orders.models import Coupon, Promotion, PromotionUse
from orders.pricing.promotions.sentence import sentence
from orders.services.save_promotion import LimitTooLow, make_coupons, save_coupon, save_promotion
from shopcloud.lib import audit, clock
from shopcloud.lib.staff import ReadOnlyAdmin, StaffAdmin

STATES = {"running": "success", "planned": "info", "ended": "warning", "off": "danger"}


class _Kept(StaffAdmin):
    """What orders refer to stays; it is switched off instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Promotion)
class PromotionAdmin(_Kept):
    form = PromotionForm
    list_display = ("name", "says", "state", "used", "priority", "stacking")
    list_filter = ("active", "automatic", "kind")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("name",)
    search_help_text = _("The beginning of a name")
    readonly_fields = ("says", "used")
    actions_detail = ("make_codes", "export_codes")
    fieldsets = (
        (None, {"fields": ("says", ("name", "active"))}),
        (_("What is taken off"), {"fields": (("kind", "percent"), "amounts", ("buy", "get"))}),
        (_("Of what"), {"fields": ("scope", "targets", "minimums", "markets")}),
        (_("When"), {"fields": ("starts_at", "ends_at")}),
        (
            _("For whom, and how often"),
            {"fields": ("automatic", ("limit", "used"), ("per_customer", "first_order_only"))},
        ),
        (_("With others"), {"fields": (("priority", "stacking"),)}),
    )

    def search_for(self, term: str) -> Q:
        return Q(name__startswith=term)

    def save_model(self, request: HttpRequest, obj: Promotion, form: PromotionForm, change: bool) -> None:
        try:
            save_promotion(obj)
        except LimitTooLow as refusal:
            messages.error(request, str(refusal))

    @display(description=_("in short"))
    def says(self, promotion: Promotion) -> str:
        return sentence(promotion.rule()) if promotion.pk else "–"

    @display(description=_("used"))
    def used(self, promotion: Promotion) -> str:
        return f"{promotion.uses} / {promotion.limit}" if promotion.limit is not None else "–"

    @display(description=_("status"), label=STATES)
    def state(self, promotion: Promotion) -> str:
        now = clock.now()
        if not promotion.active:
            return gettext("off")
        if promotion.ends_at and promotion.ends_at <= now:
            return gettext("ended")
        return gettext("planned") if promotion.starts_at and promotion.starts_at > now else gettext("running")

    def has_codes_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.add_coupon"))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        promotion = self.get_object(request, object_id)
        allowed: list[Any] = super().get_actions_detail(request, object_id)
        return [] if promotion is None or promotion.automatic else allowed

    @action(
        description=_("Make codes"),
        permissions=["codes"],
        icon="confirmation_number",
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": _("Make codes for this promotion"),
            "description": _("Nobody can guess them. Export them afterwards."),
            "form_class": CodesForm,
            "form_submit_text": _("Make codes"),
        },
    )
    def make_codes(self, request: HttpRequest, form: CodesForm, object_id: Any) -> HttpResponse:
        promotion = self._promotion(request, object_id)
        made = make_coupons(promotion=promotion, now=clock.now(), **_asked(form))
        told = {"model": "orders.promotion", "object_id": str(promotion.pk), "name": promotion.name}
        audit.note(**told, before={}, after={"codes made": len(made), **_asked(form)})
        self.log_change(request, promotion, f"{len(made)} codes made.")
        messages.success(request, gettext("%(number)d codes were made.") % {"number": len(made)})
        return HttpResponse(headers={"HX-Redirect": reverse("admin:orders_promotion_change", args=[promotion.pk])})

    @action(description=_("Export codes"), permissions=["codes"], icon="download")
    def export_codes(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        promotion = self._promotion(request, object_id)
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="codes-{promotion.pk}.csv"'
        rows = csv.writer(response)
        rows.writerow(["code", "limit", "uses", "made"])
        for coupon in promotion.coupons.order_by("pk").iterator():
            rows.writerow([coupon.code, coupon.limit, coupon.uses, coupon.created_at.isoformat()])
        return response

    def _promotion(self, request: HttpRequest, object_id: Any) -> Promotion:
        promotion: Promotion | None = self.get_object(request, object_id)
        if promotion is None:
            raise Http404("There is no such promotion.")
        return promotion


def _asked(form: CodesForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("number", "limit", "prefix")}


@admin.register(Coupon)
class CouponAdmin(_Kept):
    form = CouponForm
    list_display = ("code", "promotion", "used", "batch", "created_at")
    list_select_related = ("promotion",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("code",)
    search_help_text = _("The beginning of a code")
    autocomplete_fields = ("promotion",)

    def search_for(self, term: str) -> Q:
        return Q(code__startswith=term.upper())

    def save_model(self, request: HttpRequest, obj: Coupon, form: CouponForm, change: bool) -> None:
        try:
            save_coupon(obj)
        except LimitTooLow as refusal:
            messages.error(request, str(refusal))

    @display(description=_("used"))
    def used(self, coupon: Coupon) -> str:
        return f"{coupon.uses} / {coupon.limit}" if coupon.limit is not None else "–"


@admin.register(PromotionUse)
class PromotionUseAdmin(ReadOnlyAdmin):
    list_display = ("promotion", "coupon", "order", "at", "released_at")
    list_select_related = ("promotion", "coupon", "order")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("order__number",)
    search_help_text = _("An order number or a code")
    fields = ("promotion", "coupon", "order", "at", "released_at")

    def search_for(self, term: str) -> Q:
        return Q(order__number=term.upper()) | Q(coupon__code=term.upper())

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromotionUse]:
        found: QuerySet[PromotionUse] = super().get_queryset(request)
        return found.defer("customer")
