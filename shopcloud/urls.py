"""Every URL of the web process. Market pages hang on the language prefix; the rest has none."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from accounts import partner_views
from shopcloud import errors, health, robots
from shopcloud.wiring import sign_in

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/stock/", include("orders.stock_panel")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("shopcloud.api")),
    # People have no telephone number here, and allauth's endpoints for one fail on methods they do not know.
    path("_allauth/app/v1/account/phone", errors.no_such_door),
    path("_allauth/app/v1/auth/phone/<path:rest>", errors.no_such_door),
    # Of the identity provider only what partner apps need: authorisation codes.
    path("identity/o/device", errors.no_such_door),
    path("identity/o/logout", errors.no_such_door),
    path("identity/o/api/device/code", errors.no_such_door),
    path("identity/o/authorize", partner_views.authorize),
    path("", include("allauth.idp.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("", include("media.urls")),
    path("", include("catalog.sitemaps.urls")),
    path("robots.txt", robots.robots, name="robots"),
    path("", include("analytics.urls")),
    path("", include("orders.payments.urls")),
    path("events/", include("shopcloud.events_redirect")),
    *i18n_patterns(
        # First what is asked most.
        path("", include("catalog.urls")),
        path("", include("orders.urls")),
        path("account/", include("accounts.urls")),
        path("", include("analytics.viewed_urls")),
        path("account/logout/", sign_in.sign_out),
        path("account/", include("allauth.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "shopcloud.errors.bad_request"
handler403 = "shopcloud.errors.forbidden"
handler404 = "shopcloud.errors.not_found"
# Not Django's: who signs in too often is answered by it.
handler429 = "shopcloud.errors.too_many_requests"
handler500 = "shopcloud.errors.server_error"
