"""The catalog's pages, under each market's prefix."""

from django.urls import path

from catalog.views import home

urlpatterns = [
    path("", home.home, name="home"),
]
