"""The catalog's pages, under each market's prefix."""

from django.urls import path, re_path

from catalog.views import category, collections, home, product, search, vote

PRODUCT = r"^p/(?P<slug>[-a-z0-9]+)-(?P<product_id>[a-z0-9]{1,40})/"
REVIEW = PRODUCT + r"reviews/(?P<review_id>[^/]{1,64})/"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("collections/", collections.collections, name="collections"),
    path("collections/<slug:slug>/", collections.collection, name="collection"),
    path("c/<path:path>/", category.category, name="category"),
    re_path(PRODUCT + "$", product.product, name="product"),
    re_path(PRODUCT + "reviews/$", product.reviews, name="product-reviews"),
    re_path(REVIEW + "vote/$", vote.review_vote, name="review-vote"),
    re_path(REVIEW + "vote/withdrawal/$", vote.review_vote_withdrawal, name="review-vote-withdrawal"),
]
