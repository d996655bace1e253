"""Addresses without a market: crawlers ask for them at the root."""

from django.urls import path, re_path

from catalog.sitemaps import views

urlpatterns = [
    path("sitemap.xml", views.index, name="sitemap"),
    path("sitemaps/pages.xml", views.pages, name="sitemap-pages"),
    re_path(r"^sitemaps/(?P<name>[0-9]{14}-[1-9][0-9]{0,4})\.xml\.gz$", views.shard, name="sitemap-shard"),
]
