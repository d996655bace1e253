"""The catalog's pages, under each market's prefix."""

from django.urls import path, re_path

from catalog.views import category, collections, home, product, search

PRODUCT = r"^p/(?P<slug>[-a-z0-9]+)-(?P<product_id>[a-z0-9]{1,40})/"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("collections/", collections.collections, name="collections"),
    path("collections/<slug:slug>/", collections.collection, name="collection"),
    path("c/<path:path>/", category.category, name="category"),
    re_path(PRODUCT + "$", product.product, name="product"),
    re_path(PRODUCT + "reviews/$", product.reviews, name="product-reviews"),
]
