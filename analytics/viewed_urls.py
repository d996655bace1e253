"""Under each market's prefix: prices are the market's."""

from django.urls import path

from analytics import viewed_views

urlpatterns = [path("recently-viewed/", viewed_views.recently_viewed, name="recently-viewed")]
