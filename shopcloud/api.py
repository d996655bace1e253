"""The REST API's URLs under `/api/v1/`: each app brings its own; the schema and its documentation stand beside them."""

from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularSwaggerView

# Imported for what it registers: how the schema describes our tokens.
from shopcloud import openapi as openapi
from shopcloud.openapi_view import DescriptionView
from shopcloud.wiring import review_api

urlpatterns = [
    path("products/<str:product_id>/reviews/", review_api.ReviewsView.as_view(), name="api-reviews"),
    path("", include("orders.api.urls")),
    path("", include("catalog.api.urls")),
    path("", include("accounts.api.urls")),
    path("", include("analytics.api_urls")),
    path("schema/", DescriptionView.as_view(), name="api-schema"),
    path("docs/", require_safe(SpectacularSwaggerView.as_view(url_name="api-schema")), name="api-docs"),
]
