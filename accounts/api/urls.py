from django.urls import path

from accounts.api import consents, safety, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="api-me"),
    path("me/sessions/", safety.SessionsView.as_view(), name="api-sessions"),
    path("me/erasure/", safety.ErasureView.as_view(), name="api-erasure"),
    path("me/consents/", consents.ConsentsView.as_view(), name="api-consents"),
    path("me/consents/<str:purpose>/", consents.ConsentView.as_view(), name="api-consent"),
    path("me/addresses/", views.AddressesView.as_view(), name="api-addresses"),
    path("me/addresses/<int:address_id>/", views.AddressView.as_view(), name="api-address"),
]
