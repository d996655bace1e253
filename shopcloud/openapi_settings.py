"""How the API's description is made (drf-spectacular)."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "ShopCloud API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    # Sections open as a list of their operations; shapes are a click away, and what is typed in finds a section.
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayRequestDuration": True,
        "filter": True,
        "defaultModelsExpandDepth": 0,
        "defaultModelExpandDepth": 2,
        "docExpansion": "list",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Generated clients: what is sent lacks what only answers hold, and null is no value of an enumeration.
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "shopcloud.openapi_shapes.fit_for_clients",
        "shopcloud.openapi.describe_operations",
        "shopcloud.openapi_signing_in.describe_signing_in",
        "shopcloud.openapi.describe_document",
    ],
    "ENUM_NAME_OVERRIDES": {
        "OrderStatus": "orders.models.order.Order.Status",
        "ProductKind": [("physical", "physical"), ("digital", "digital")],
        "DocumentKind": "orders.models.invoice.Invoice.Kind",
        "PaymentStatus": "orders.models.payment.Payment.Status",
        "FulfilmentStatus": "orders.models.order.Order.FulfilmentStatus",
        "ReturnStatus": "orders.models.return_request.ReturnRequest.Status",
        "RefundStatus": "orders.models.payment.Refund.Status",
        "ReturnReason": "orders.models.return_request.ReturnLine.Reason",
        "ErasureState": "accounts.erasures.ErasureRequest.State",
        "DataExportState": "accounts.exports.DataExport.State",
        "HomeRegion": "accounts.models.User.Region",
        "Language": [("en", "English (US)"), ("en-gb", "English (UK)"), ("de", "Deutsch"), ("fr", "Français")],
        "OrderPaymentStatus": "orders.models.order.Order.PaymentStatus",
    },
}
