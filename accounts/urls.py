"""A person's own pages; signing in and up is allauth's, under the same prefix."""

from django.urls import include, path

from accounts import privacy_views, views
from accounts.unsubscribe import unsubscribe

urlpatterns = [
    path("", views.account, name="account"),
    path("profile/", views.profile, name="account-profile"),
    path("sign-outs/", views.sign_outs, name="account-sign-outs"),
    path("erasure/", privacy_views.erasure, name="account-erasure"),
    path("unsubscribe/<str:token>/", unsubscribe, name="account-unsubscribe"),
    path("inbox/", include("accounts.notifications.urls")),
    path("addresses/", views.addresses, name="account-addresses"),
    path("addresses/new/", views.new_address, name="account-address-new"),
    path("addresses/<int:address_id>/", views.address, name="account-address"),
    path("addresses/<int:address_id>/deletion/", views.address_deletion, name="account-address-deletion"),
]
