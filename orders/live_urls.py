"""The realtime process's URLs, under `/events/`."""

from django.urls import path

from orders import live

urlpatterns = [path("stock/", live.stock_events, name="stock-events")]
