"""The stock of one product, as a panel that the product's admin page loads by URL; opened by itself it is a page."""

import re
from dataclasses import dataclass
from typing import cast

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import Freshness, Product, Variant
from orders import stock
from orders.models import StockItem, StockLevel, StockLocation
from shopcloud.lib import clock

NUMBER = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """A SKU of the product in one place; `level` is None while it was never received there."""

    sku: str
    label: str
    place: StockLocation
    level: StockLevel | None
    field: str
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
    places = _places()
    errors: dict[str, str] = {}
    if request.method == "POST":
        if not request.user.has_perm("orders.change_stocklevel"):
            raise PermissionDenied
        errors = _correct(request, product, places)
    levels = _levels(product)
    context = {
        "product": product,
        "places": places,
        "rows": [_row(request, v, p, levels.get((v.sku, p.pk)), errors) for v in product.variants for p in places],
        "may_change": request.user.has_perm("orders.change_stocklevel"),
        "is_saved": request.method == "POST" and not errors,
    }
    if request.headers.get("HX-Request"):
        return render(request, "admin/orders/stock_panel.html", context)
    page = {**admin.site.each_context(request), **context, "title": product.title}
    return render(request, "admin/orders/stock_page.html", page)


def _places() -> list[StockLocation]:
    """Those in use; goods of a shop that has closed all of them are counted in the main one."""
    return list(StockLocation.objects.filter(is_active=True)) or [stock.main_location()]


def _levels(product: Product) -> dict[tuple[str, int], StockLevel]:
    found = StockLevel.objects.filter(sku__in=[v.sku for v in product.variants])
    return {(level.sku, level.location_id): level for level in found}


def _correct(request: HttpRequest, product: Product, places: list[StockLocation]) -> dict[str, str]:
    errors = {}
    levels = _levels(product)
    for variant, place in ((v, p) for v in product.variants for p in places):
        field = _field(variant.sku, place)
        given = request.POST.get(field, "").strip()
        level = levels.get((variant.sku, place.pk))
        if not given or (level and given == str(level.on_hand)):
            continue
        try:
            stock.set_on_hand(
                sku=variant.sku,
                product_id=product.product_id,
                on_hand=_number(given),
                location=place,
                author=cast(AbstractBaseUser, request.user),
                now=clock.now(),
            )
        except stock.BadStock as error:
            errors[field] = str(error)
        except ValueError:
            errors[field] = _("Write a whole number.")
        else:
            _log(request, variant.sku, given)
    return errors


def _field(sku: str, place: StockLocation) -> str:
    return f"on_hand-{sku}" if place.code == StockLocation.MAIN else f"on_hand-{sku}@{place.code}"


def _number(given: str) -> int:
    """Python's own int() also takes underscores and the digits of other scripts."""
    if not NUMBER.fullmatch(given):
        raise ValueError(given)
    return int(given)


def _row(
    request: HttpRequest, variant: Variant, place: StockLocation, level: StockLevel | None, errors: dict[str, str]
) -> Row:
    """What was typed stays on the page while it is wrong."""
    field = _field(variant.sku, place)
    held = str(level.on_hand) if level else ""
    given = request.POST.get(field, "").strip()[:20] if field in errors else held
    return Row(variant.sku, variant.label, place, level, field, errors.get(field, ""), given)


def _log(request: HttpRequest, sku: str, on_hand: str) -> None:
    item = StockItem.objects.get(pk=sku)
    message = _("On hand set to %(count)s.") % {"count": on_hand}
    LogEntry.objects.log_actions(request.user.pk or 0, [item], CHANGE, change_message=message, single_object=True)


urlpatterns = [path("<str:product_id>/", admin.site.admin_view(stock_panel), name="admin-product-stock")]
