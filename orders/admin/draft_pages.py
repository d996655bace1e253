"""A draft order's page: lines by SKU, prices, delivery and discount, with the totals beside them; then it is sent."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.decorators import action
from unfold.enums import ActionVariant

from orders.admin.draft_forms import DraftForm, LineForms, NewDraftForm
from orders.drafts import Priced, Wanted, price
from orders.models import Order
from orders.services.change_draft import BadDraft, NotADraft, PriceNotYours, change_draft, wanted_of
from orders.services.discard_draft import discard_draft
from orders.services.draft_order import draft_order
from orders.services.send_draft import DraftNotReady, DraftTotalChanged, send_draft
from orders.stock import OutOfStock
from shopcloud.lib import clock
from shopcloud.lib.market import Market, markets
from shopcloud.lib.money import Money

REFUSALS = (NotADraft, BadDraft, PriceNotYours, DraftNotReady, DraftTotalChanged, OutOfStock)


class DraftPages:
    """Mixed into the order's admin."""

    actions_list = ("new_draft",)

    def get_urls(self) -> list[Any]:
        wrap = admin.site.admin_view
        return [
            path("draft/", wrap(new_draft_page), name="orders_order_draft_add"),
            path("<int:pk>/draft/", wrap(draft_page), name="orders_order_draft"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def has_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("orders.change_draft"))

    @action(description=gettext_lazy("New order"), permissions=["draft"], icon="add", variant=ActionVariant.PRIMARY)
    def new_draft(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:orders_order_draft_add")

    @action(description=gettext_lazy("Edit draft"), permissions=["draft"], icon="edit", variant=ActionVariant.PRIMARY)
    def draft(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return redirect("admin:orders_order_draft", object_id)


@require_http_methods(["GET", "POST"])
def new_draft_page(request: HttpRequest) -> HttpResponse:
    """Which market and, if known already, which customer; then the draft's own page."""
    _demand(request, "orders.add_draft")
    form = NewDraftForm(request.POST or None, initial={"email": request.GET.get("email", "")[:254]})
    if request.method == "POST" and form.is_valid():
        made = draft_order(
            market=markets()[form.cleaned_data["market"]],
            email=form.cleaned_data["email"],
            now=clock.now(),
            author=request.user,
        )
        return redirect("admin:orders_order_draft", made.pk)
    return _render(request, "draft_new.html", {"form": form, "title": _("New order")})


@require_http_methods(["GET", "POST"])
def draft_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET shows the draft. POST keeps what the page says, and sends or discards it where that was asked.

    From htmx a POST only prices what the page says: nothing is kept.
    """
    _demand(request, "orders.change_draft")
    order = Order.objects.select_related("draft").filter(pk=pk, draft__isnull=False).first()
    if order is None:
        raise Http404("There is no such draft.")
    if order.status != Order.Status.DRAFT:
        return redirect("admin:orders_order_change", order.pk)
    if request.method == "GET":
        return _shown(request, order, wanted_of(order))
    if "discard" in request.POST:
        return _discarded(request, order)
    return _posted(request, order)


def _posted(request: HttpRequest, order: Order) -> HttpResponse:
    market = markets()[order.market]
    stored = wanted_of(order)
    form = DraftForm(request.POST, market=market, methods=_methods(price(stored, market=market, now=clock.now())))
    lines = LineForms(request.POST, prefix="lines", form_kwargs={"currency": market.currency})
    if not (form.is_valid() and lines.is_valid()):
        if request.headers.get("HX-Request"):
            return _totals(request, order, None)
        return _shown(request, order, stored, form=form, lines=lines, status=422)
    wanted = form.wanted([line for line in (one.wanted() for one in lines) if line])
    if request.headers.get("HX-Request"):
        return _totals(request, order, price(wanted, market=market, now=clock.now()))
    return _kept(request, order, wanted, market)


def _kept(request: HttpRequest, order: Order, wanted: Wanted, market: Market) -> HttpResponse:
    now, may_override = clock.now(), request.user.has_perm("orders.override_price")
    try:
        change_draft(order=order, wanted=wanted, market=market, now=now, author=request.user, may_override=may_override)
        if "send" in request.POST:
            send_draft(order=order, market=market, now=now, author=request.user, seen_total=_seen(request))
            messages.success(request, _("Sent. The customer gets a link to pay by email."))
            return redirect("admin:orders_order_change", order.pk)
        messages.success(request, _("The draft was saved."))
    except REFUSALS as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:orders_order_draft", order.pk)


def _discarded(request: HttpRequest, order: Order) -> HttpResponse:
    try:
        discard_draft(order=order, now=clock.now(), author=request.user)
        messages.success(request, _("The draft was discarded."))
    except NotADraft as refusal:
        messages.error(request, str(refusal))
    return redirect("admin:orders_order_changelist")


def _seen(request: HttpRequest) -> int | None:
    """The total the page showed when nothing was changed since; None has the service price without comparing."""
    seen = request.POST.get("seen_total", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 13 else None


def _shown(
    request: HttpRequest, order: Order, wanted: Wanted, *, form: Any = None, lines: Any = None, status: int = 200
) -> HttpResponse:
    market = markets()[order.market]
    priced = price(wanted, market=market, now=clock.now())
    form = form or DraftForm(initial=_initial(wanted, market), market=market, methods=_methods(priced))
    lines = lines or LineForms(
        initial=[_line_initial(line.wanted, market) for line in priced.lines],
        prefix="lines",
        form_kwargs={"currency": market.currency},
    )
    context = {
        "title": _("Draft %(number)s") % {"number": order.number},
        "form": form,
        "lines": lines,
        "rows": list(zip(lines, priced.lines, strict=False)),
        "may_override": request.user.has_perm("orders.override_price"),
        **_sums(order, priced, market),
    }
    return _render(request, "draft.html", context, status=status)


def _totals(request: HttpRequest, order: Order, priced: Priced | None) -> HttpResponse:
    context = _sums(order, priced, markets()[order.market]) if priced else {"is_wrong": True}
    return render(request, "admin/orders/draft_totals.html", context)


def _sums(order: Order, priced: Priced, market: Market) -> dict[str, Any]:
    return {"order": order, "market": market, "priced": priced, "quote": priced.quote}


def _methods(priced: Priced) -> list[tuple[str, str]]:
    methods = priced.quote.methods if priced.quote else []
    return [("", _("The first on offer")), *((m.code, f"{m.name} ({m.price.format()})") for m in methods)]


def _initial(wanted: Wanted, market: Market) -> dict[str, Any]:
    return {
        "country": market.countries[0],
        **{name: value for name, value in wanted.address.items() if value},
        "email": wanted.email,
        "shipping_method": wanted.shipping_method,
        "discount": Money(wanted.discount, market.currency).major if wanted.discount else "",
        "hold_hours": wanted.hold_hours,
        "message": wanted.message,
    }


def _line_initial(line: Any, market: Market) -> dict[str, Any]:
    own = "" if line.price is None else Money(line.price, market.currency).major
    return {"sku": line.sku, "product_id": line.product_id, "quantity": line.quantity, "price": own}


def _demand(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _render(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    page = {**admin.site.each_context(request), "orders_url": reverse("admin:orders_order_changelist"), **context}
    return render(request, f"admin/orders/{template}", page, status=status)
