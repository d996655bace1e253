"""The admin's look and its menu, for the settings."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _item(title: Any, icon: str, model: str, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": f"admin:{model}_changelist", "permission": _may(permission)}


def _favicon(request: HttpRequest) -> str:
    return static("img/favicon.svg")


def _style(request: HttpRequest) -> str:
    return static("css/admin.css")


# The shop's accent (oklch 0.42 0.078 165) at the lightnesses the theme asks for, and its warm paper greys.
_ACCENT = {
    "50": "oklch(0.97 0.015 165)",
    "100": "oklch(0.94 0.028 165)",
    "200": "oklch(0.88 0.045 165)",
    "300": "oklch(0.8 0.065 165)",
    "400": "oklch(0.7 0.08 165)",
    "500": "oklch(0.58 0.085 165)",
    "600": "oklch(0.46 0.08 165)",
    "700": "oklch(0.42 0.078 165)",
    "800": "oklch(0.36 0.068 165)",
    "900": "oklch(0.3 0.055 165)",
    "950": "oklch(0.22 0.04 165)",
}
_PAPER = {
    "50": "oklch(0.985 0.003 80)",
    "100": "oklch(0.965 0.004 80)",
    "200": "oklch(0.92 0.006 78)",
    "300": "oklch(0.86 0.008 76)",
    "400": "oklch(0.7 0.012 72)",
    "500": "oklch(0.55 0.014 70)",
    "600": "oklch(0.45 0.014 68)",
    "700": "oklch(0.37 0.013 66)",
    "800": "oklch(0.28 0.012 65)",
    "900": "oklch(0.22 0.01 65)",
    "950": "oklch(0.16 0.008 65)",
}

_GROUPS: list[dict[str, Any]] = [
    {
        "title": None,
        "items": [{"title": _("Dashboard"), "icon": "monitoring", "link": "admin:index"}],
    },
    {
        "title": _("Sales"),
        "items": [
            _item(_("Orders"), "receipt_long", "orders_order", "orders.view_order"),
            _item(_("Payments"), "credit_card", "orders_payment", "orders.view_payment"),
            _item(_("Invoices"), "receipt_long", "orders_invoice", "orders.view_invoice"),
            _item(_("Refunds"), "currency_exchange", "orders_refund", "orders.view_refund"),
            _item(_("Provider events"), "inbox", "orders_webhookevent", "orders.view_webhookevent"),
            _item(_("Returns"), "assignment_return", "orders_returnrequest", "orders.view_returnrequest"),
            _item(_("Downloads"), "download", "orders_downloadgrant", "orders.view_downloadgrant"),
            _item(_("Mails"), "mail", "orders_mailing", "orders.view_mailing"),
        ],
    },
    {
        "title": _("Offers"),
        "items": [
            _item(_("Promotions"), "percent", "orders_promotion", "orders.view_promotion"),
            _item(_("Coupons"), "confirmation_number", "orders_coupon", "orders.view_coupon"),
            _item(_("Uses"), "fact_check", "orders_promotionuse", "orders.view_promotionuse"),
            _item(_("Gift cards"), "redeem", "orders_giftcard", "orders.view_giftcard"),
        ],
    },
    {
        "title": _("Goods"),
        "items": [
            _item(_("Products"), "sell", "catalog_catalogproduct", "catalog.view_catalogproduct"),
            _item(_("Imports"), "upload_file", "catalog_productimport", "catalog.view_productimport"),
            _item(_("Exports"), "download", "catalog_productexport", "catalog.view_productexport"),
            _item(_("Collections"), "collections_bookmark", "catalog_collection", "catalog.view_collection"),
            _item(_("On the home page"), "home", "catalog_featuredproduct", "catalog.view_featuredproduct"),
            _item(_("Categories"), "account_tree", "catalog_catalogcategory", "catalog.view_catalogcategory"),
            _item(_("Old addresses"), "alt_route", "catalog_categoryredirect", "catalog.view_categoryredirect"),
            _item(_("Product types"), "category", "catalog_producttype", "catalog.view_producttype"),
            _item(_("Reviews"), "reviews", "catalog_catalogreview", "catalog.view_catalogreview"),
            _item(_("Shipping"), "local_shipping", "orders_shippingzone", "orders.view_shippingzone"),
            _item(_("Stock"), "inventory_2", "orders_stockitem", "orders.view_stockitem"),
            _item(_("Stock by place"), "shelves", "orders_stocklevel", "orders.view_stocklevel"),
            _item(_("Places"), "warehouse", "orders_stocklocation", "orders.view_stocklocation"),
            _item(_("Stock movements"), "swap_vert", "orders_stockmovement", "orders.view_stockmovement"),
            _item(_("Reservations"), "lock_clock", "orders_stockreservation", "orders.view_stockreservation"),
            _item(_("Waiting for stock"), "notifications", "orders_stockalert", "orders.view_stockalert"),
        ],
    },
    {
        "title": _("People"),
        "items": [
            _item(_("Accounts"), "person", "accounts_user", "accounts.view_user"),
            _item(_("Addresses"), "home_pin", "accounts_address", "accounts.view_address"),
            _item(_("Partner apps"), "apps", "allauth_idp_oidc_client", "allauth_idp_oidc.view_client"),
            _item(_("Roles"), "badge", "auth_group", "auth.view_group"),
            _item("Second factors", "key", "mfa_authenticator", "mfa.view_authenticator"),
            _item("Devices", "devices", "usersessions_usersession", "usersessions.view_usersession"),
        ],
    },
    {
        "title": _("System"),
        "items": [
            _item("Changes by staff", "manage_history", "platform_auditentry", "platform.view_auditentry"),
            _item(_("Events"), "outbox", "platform_outboxevent", "platform.view_outboxevent"),
            _item(_("Partners"), "webhook", "orders_partnerendpoint", "orders.view_partnerendpoint"),
            _item(_("Sent to partners"), "send", "orders_partnerdelivery", "orders.view_partnerdelivery"),
        ],
    },
]


def _menu(_request: HttpRequest) -> list[dict[str, Any]]:
    return _linked()


@cache
def _linked() -> list[dict[str, Any]]:
    """The menu with its addresses, worked out once: every page of the admin asks for each of them several times.

    Beside them stands what the theme's template looks for in each, for to miss it costs more than to find it empty.
    """
    return [{**group, "badge": None, "items": [*map(_linked_item, group["items"])]} for group in _GROUPS]


def _linked_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "link": reverse(item["link"]), "link_callback": None, "badge": None}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "ShopCloud",
    "SITE_HEADER": "ShopCloud",
    "SITE_SUBHEADER": _("Running the shop"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "storefront",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _favicon}],
    "STYLES": [_style],
    "BORDER_RADIUS": "8px",
    "COLORS": {"primary": _ACCENT, "base": _PAPER},
    "DASHBOARD_CALLBACK": "shopcloud.admin.dashboard",
    "SHOW_BACK_BUTTON": True,
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": _menu,
    },
}
