"""Mails about stock: to those who waited for a SKU, and to staff when one runs low."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import Product
from orders.mail import contact_address
from orders.models import StockAlert
from orders.services.ask_for_alert import key_of


def back_in_stock(alert: StockAlert, product: Product) -> EmailMultiAlternatives:
    """Tell one address that what it waited for can be bought, in the language it asked in."""
    product = product.in_language(alert.language)
    with translation.override(alert.language):
        variant = product.variant(alert.sku)
        path = reverse("product", args=[product.slug, product.product_id])
        stop_url = settings.PUBLIC_URL + reverse("stock-alert", args=[key_of(alert)])
        context = _shop() | {
            "title": product.title,
            "options": catalog.label_in(product, variant, alert.language) if variant else "",
            "product_url": f"{settings.PUBLIC_URL}{path}?{urlencode({'sku': alert.sku})}",
            "stop_url": stop_url,
        }
        message = _message("back_in_stock", _("%(title)s is back") % {"title": product.title}, [alert.email], context)
    # Mail programs show a button for it; one POST ends the alert.
    message.extra_headers |= {
        "List-Unsubscribe": f"<{stop_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Message-ID": f"<alert.{alert.pk}@{contact_address().rpartition('@')[2]}>",
    }
    return message


def low_stock(*, sku: str, available: int, low_at: int, to: list[str]) -> EmailMultiAlternatives:
    """Tell staff that a SKU fell to its threshold."""
    context = _shop() | {
        "sku": sku,
        "available": available,
        "low_at": low_at,
        "stock_url": settings.PUBLIC_URL + reverse("admin:orders_stockitem_change", args=[sku]),
    }
    return _message("low_stock", _("Low stock: %(sku)s") % {"sku": sku}, to, context)


def _message(kind: str, subject: str, to: list[str], context: dict[str, Any]) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        # A product's title may hold what must not stand in a header.
        subject=" ".join(subject.split()),
        body=render_to_string(f"orders/mail/{kind}.txt", context),
        to=to,
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string(f"orders/mail/{kind}.html", context), "text/html")
    return message


def _shop() -> dict[str, Any]:
    return {
        "shop_url": settings.PUBLIC_URL + reverse("home"),
        "contact": contact_address(),
        "language": translation.get_language(),
    }
