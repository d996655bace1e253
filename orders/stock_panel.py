"""The stock of one product, as a panel that the product's admin page loads by URL; opened by itself it is a page."""

import re
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import Freshness, Product, Variant
from orders import stock
from orders.models import StockItem
from shopcloud.lib import clock

NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """A SKU of the product; `level` is None while it was never received."""

    sku: str
    label: str
    level: stock.Availability | None
    error: str = ""
    given: str = ""


def stock_panel(request: HttpRequest, product_id: str) -> HttpResponse:
    """GET shows each SKU's units; POST corrects those whose number changed, each by itself."""
    if not request.user.has_perm("orders.view_stocklevel"):
        raise PermissionDenied
    try:
        product = catalog.product(product_id, freshness=Freshness.STRONG)
    except catalog.ProductNotFound as error:
        raise Http404(str(error)) from None
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not request.user.has_perm("orders.change_stocklevel"):
            raise PermissionDenied
        errors = _correct(request, product)
    levels = stock.levels(v.sku for v in product.variants)
    context = {
        "product": product,
        "rows": [_row(request, v, levels.get(v.sku), errors.get(v.sku, "")) for v in product.variants],
        "may_change": request.user.has_perm("orders.change_stocklevel"),
        "is_saved": request.method == "POST" and not errors,
    }
    if request.headers.get("HX-Request"):
        return render(request, "admin/orders/stock_panel.html", context)
    page = {**admin.site.each_context(request), **context, "title": product.title}
    return render(request, "admin/orders/stock_page.html", page)


def _correct(request: HttpRequest, product: Product) -> dict[str, str]:
    errors = {}
    levels = stock.levels(v.sku for v in product.variants)
    for variant in product.variants:
        given = request.POST.get(f"on_hand-{variant.sku}", "").strip()
        if not given or (variant.sku in levels and given == str(levels[variant.sku].on_hand)):
            continue
        try:
            stock.set_on_hand(sku=variant.sku, product_id=product.product_id, on_hand=_number(given), now=clock.now())
        except stock.BadStock as error:
            errors[variant.sku] = str(error)
        except ValueError:
            errors[variant.sku] = _("Write a whole number.")
        else:
            _log(request, variant.sku, given)
    return errors


def _number(given: str) -> int:
    """Python's own int() also takes underscores and the digits of other scripts."""
    if not NUMBER.fullmatch(given):
        raise ValueError(given)
    return int(given)


def _row(request: HttpRequest, variant: Variant, level: stock.Availability | None, error: str) -> Row:
    """What was typed stays on the page while it is wrong."""
    held = str(level.on_hand) if level else ""
    given = request.POST.get(f"on_hand-{variant.sku}", "").strip()[:20] if error else held
    return Row(variant.sku, variant.label, level, error, given)


def _log(request: HttpRequest, sku: str, on_hand: str) -> None:
    level = StockLevel.objects.get(pk=sku)
    message = _("On hand set to %(count)s.") % {"count": on_hand}
    LogEntry.objects.log_actions(request.user.pk or 0, [level], CHANGE, change_message=message, single_object=True)


urlpatterns = [path("<str:product_id>/", admin.site.admin_view(stock_panel), name="admin-product-stock")]
