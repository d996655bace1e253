"""The realtime process's URLs, under `/events/`."""

from django.urls import path

from accounts.notifications import live

urlpatterns = [path("me/", live.own_events, name="own-events")]
