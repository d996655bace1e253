from django.urls import path

from analytics.api import RecentlyViewedView, ViewedView

urlpatterns = [
    path("me/recently-viewed/", RecentlyViewedView.as_view(), name="api-recently-viewed"),
    path("me/recently-viewed/<slug:product_id>/", ViewedView.as_view(), name="api-viewed"),
]
