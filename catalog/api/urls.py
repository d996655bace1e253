from django.urls import path

from catalog.api import collections, views, votes

urlpatterns = [
    path("products/", views.ProductsView.as_view(), name="api-products"),
    path("products/<str:product_id>/", views.ProductView.as_view(), name="api-product"),
    path(
        "products/<str:product_id>/reviews/<str:review_id>/vote/",
        votes.ReviewVoteView.as_view(),
        name="api-review-vote",
    ),
    path("categories/", views.CategoriesView.as_view(), name="api-categories"),
    path("collections/", collections.CollectionsView.as_view(), name="api-collections"),
    path("collections/<slug:slug>/", collections.CollectionView.as_view(), name="api-collection"),
    path("search/", views.SearchView.as_view(), name="api-search"),
    path("suggest/", views.SuggestView.as_view(), name="api-suggest"),
]
