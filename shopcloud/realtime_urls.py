"""The realtime process's URLs: Server-Sent Events, and a liveness check."""

from django.urls import include, path

from shopcloud import health

urlpatterns = [
    path("events/", include("orders.live_urls")),
    path("events/", include("accounts.notifications.live_urls")),
    path("healthz", health.healthz),
]
