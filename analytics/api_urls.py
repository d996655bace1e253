from django.urls import path

from analytics.api import RecentlyViewedView

urlpatterns = [path("me/recently-viewed/", RecentlyViewedView.as_view(), name="api-recently-viewed")]
