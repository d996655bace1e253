"""The admin's first page: how the shop is doing, as far as the person may know it."""

import json
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from orders import figures
from shopcloud.lib import clock
from shopcloud.lib.money import Money
from shopcloud.lib.outbox import MAX_ATTEMPTS, OutboxEvent


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Unfold's DASHBOARD_CALLBACK: at most five statements, each with its own limit."""
    context["title"] = _("Dashboard")
    may = request.user.has_perm
    if may("orders.view_orderline"):
        context |= _sales(may("orders.view_order"))
    if may("orders.view_order"):
        context["newest_orders"] = figures.newest_orders()
    if may("orders.view_stockitem"):
        context["low_stock"] = figures.low_stock()
        context["running_low"] = figures.running_low()
        context["stock_url"] = _list("orders_stockitem", "level=low")
    if may("platform.view_outboxevent"):
        context["dead_letters"] = _dead_letters()
        context["dead_letters_url"] = _list("platform_outboxevent", "state=dead")
    return context


def _sales(may_see_orders: bool) -> dict[str, Any]:
    sales = figures.sales(now=clock.now())
    return {
        "sales": sales,
        "revenue_today": _written(sales.revenue_today),
        "revenue": _written(sales.revenue),
        "chart": json.dumps(_chart(sales.days)),
        "chart_options": json.dumps(CHART),
        "awaiting_payment": figures.awaiting_payment(),
        "most_counted": figures.MOST_COUNTED,
        "awaiting_url": _list("orders_order", "status__exact=awaiting_payment") if may_see_orders else "",
    }


CHART = {
    "responsive": True,
    "maintainAspectRatio": False,
    "animation": False,
    "plugins": {"legend": {"display": True, "position": "bottom", "labels": {"boxWidth": 10, "boxHeight": 10}}},
    "scales": {
        "x": {"stacked": True, "grid": {"display": False}},
        "y": {"stacked": True, "beginAtZero": True, "ticks": {"precision": 0}},
    },
}


def _chart(days: list[figures.Day]) -> dict[str, Any]:
    look = {"maxBarThickness": 26, "borderRadius": 3}
    return {
        "labels": [date_format(day.day, "j M") for day in days],
        "datasets": [
            {"label": _("Paid"), "data": [d.paid for d in days], "backgroundColor": "var(--color-primary-600)", **look},
            {
                "label": _("Unpaid or cancelled"),
                "data": [d.unpaid for d in days],
                "backgroundColor": "var(--color-base-300)",
                **look,
            },
        ],
    }


def _written(sums: list[Money]) -> list[str]:
    return [money.format() for money in sums]


def _dead_letters() -> int:
    dead = OutboxEvent.objects.filter(relayed_at__isnull=True, attempts__gte=MAX_ATTEMPTS)
    return dead.order_by()[: figures.MOST_COUNTED].count()


def _list(name: str, query: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{query}"
