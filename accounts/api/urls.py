from django.urls import path

from accounts.api import views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="api-me"),
    path("me/addresses/", views.AddressesView.as_view(), name="api-addresses"),
    path("me/addresses/<int:address_id>/", views.AddressView.as_view(), name="api-address"),
]
