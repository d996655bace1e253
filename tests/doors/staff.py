"""The permission each admin route asks for: by the model's own verbs, and for what is special by this table."""

import re

from django.apps import apps

ANY_STAFF = ""
# What no role has, whatever its permissions.
SUPERUSER = "superuser"
# Part of the pattern after `admin/` -> the permission without which it stays shut.
_SPECIAL = {
    "": ANY_STAFF,
    "login/": None,
    "logout/": None,
    "password_change/": ANY_STAFF,
    "password_change/done/": ANY_STAFF,
    "jsi18n/": ANY_STAFF,
    "search/": ANY_STAFF,
    "autocomplete/": ANY_STAFF,
    "r/<path:content_type_id>/<path:object_id>/": ANY_STAFF,
    "<url>$": ANY_STAFF,
    "^<app_label>/$": ANY_STAFF,
    "stock/<str:product_id>/": "orders.view_stocklevel",
    "accounts/user/<id>/password/": SUPERUSER,
    "catalog/catalogproduct/status/": "catalog.change_catalogproduct",
    "catalog/catalogreview/answers/": "catalog.change_catalogreview",
    "catalog/catalogproduct/editing/": "catalog.view_catalogproduct",
    "catalog/catalogproduct/typed/": "catalog.view_catalogproduct",
    "catalog/catalogproduct/bulk/": "catalog.change_catalogproduct",
    "catalog/catalogproduct/bulk/<uuid:edit>/": "catalog.change_catalogproduct",
    "catalog/catalogproduct/<str:object_id>/conflict/": "catalog.change_catalogproduct",
    "catalog/catalogproduct/<str:object_id>/history/<int:version>/": "catalog.change_catalogproduct",
    "catalog/productexport/<path:object_id>/file/": "catalog.view_productexport",
    "catalog/productexport/<path:object_id>/progress/": "catalog.view_productexport",
    "catalog/productimport/<path:object_id>/do/": "catalog.add_productimport",
    "catalog/productimport/<path:object_id>/mapping/": "catalog.add_productimport",
    "catalog/productimport/<path:object_id>/problems/": "catalog.view_productimport",
    "catalog/productimport/<path:object_id>/progress/": "catalog.view_productimport",
    "catalog/collection/found/": "catalog.change_collection",
    "catalog/collection/preview/": "catalog.change_collection",
    "catalog/featuredproduct/arrange/": "catalog.change_featuredproduct",
    "catalog/featuredproduct/found/": "catalog.change_featuredproduct",
    "catalog/catalogcategory/order/": "catalog.change_catalogcategory",
    "catalog/catalogcategory/moves/<int:pk>/": "catalog.change_catalogcategory",
    "catalog/catalogcategory/<path:object_id>/move/": "catalog.change_catalogcategory",
    "orders/invoice/<int:pk>/pdf/": "orders.view_invoice",
    "orders/order/draft/": "orders.change_draft",
    "orders/order/new_draft/": "orders.change_draft",
    "orders/order/<int:pk>/draft/": "orders.change_draft",
    "orders/order/<path:object_id>/draft/": "orders.change_draft",
    "orders/order/<path:object_id>/authorisation/": "orders.add_paymentoperation",
    "orders/order/<path:object_id>/fulfil/": "orders.change_order",
    "orders/order/<path:object_id>/send/": "orders.change_order",
    "orders/order/<path:object_id>/calloff/": "orders.change_order",
    "orders/order/<path:object_id>/cancel/": "orders.change_order",
    "orders/order/<path:object_id>/refund/": "orders.add_refund",
    "orders/order/<path:object_id>/note/": "orders.add_ordernote",
    "orders/order/<path:object_id>/resend/": "orders.add_ordernote",
    "orders/partnerdelivery/<path:object_id>/replay/": "orders.change_partnerdelivery",
    "orders/partnerendpoint/<path:object_id>/rotate/": "orders.change_partnerendpoint",
    "orders/payment/<path:object_id>/capture/": "orders.add_paymentoperation",
    "orders/payment/<path:object_id>/void/": "orders.add_paymentoperation",
    "orders/promotion/<path:object_id>/make_codes/": "orders.add_coupon",
    "orders/promotion/<path:object_id>/export_codes/": "orders.add_coupon",
    "orders/returnrequest/<path:object_id>/approve/": "orders.change_returnrequest",
    "orders/returnrequest/<path:object_id>/receive/": "orders.change_returnrequest",
    "orders/returnrequest/<path:object_id>/decline/": "orders.change_returnrequest",
    "orders/returnrequest/<path:object_id>/refund/": "orders.add_refund",
    "orders/stockitem/<path:object_id>/receive_goods/": "orders.change_stocklevel",
    "orders/stockitem/<path:object_id>/transfer_goods/": "orders.change_stocklevel",
    "platform/auditentry/file/": "platform.view_auditentry",
    "platform/auditentry/of/<str:label>/<path:key>/": "platform.view_auditentry",
    "platform/outboxevent/<path:object_id>/retry/": "platform.change_outboxevent",
}
_MODEL = re.compile(r"(\w+)/(\w+)/(?:(add)/|<(?:path|str):object_id>/(?:(change|delete|history)/)?)?")


def permission_for(pattern: str) -> str | None:
    """The permission an `admin/...` pattern needs; None for the doors themselves. Raises KeyError for unknown ones."""
    rest = pattern.removeprefix("admin/")
    if rest in _SPECIAL:
        return _SPECIAL[rest]
    found = _MODEL.fullmatch(rest)
    if not found:
        raise KeyError(pattern)
    apps.get_model(found[1], found[2])
    if pattern.endswith(":object_id>/"):
        return ANY_STAFF  # sends on to the page that asks
    verb = "add" if found[3] else "delete" if found[4] == "delete" else "view"
    return f"{found[1]}.{verb}_{found[2]}"
