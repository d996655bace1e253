"""A person's own pages; signing in and up is allauth's, under the same prefix."""

from django.urls import include, path

from accounts import device_views, guest_views, partner_views, privacy_views, views
from accounts.unsubscribe import unsubscribe

urlpatterns = [
    path("", views.account, name="account"),
    path("profile/", views.profile, name="account-profile"),
    path("partner-apps/", partner_views.partner_apps, name="account-partner-apps"),
    path(
        "partner-apps/<str:client_id>/revocation/",
        partner_views.partner_app_revocation,
        name="account-partner-app-revocation",
    ),
    path("sessions/", device_views.devices, name="usersessions_list"),
    path("sign-outs/", device_views.sign_outs, name="account-sign-outs"),
    path("market/", views.market_choice, name="account-market"),
    path("privacy/", privacy_views.data, name="account-privacy"),
    path("exports/", privacy_views.exports, name="account-exports"),
    path("exports/<int:export_id>/", privacy_views.export, name="account-export"),
    path("erasure/", privacy_views.erasure, name="account-erasure"),
    path("guest-data/", guest_views.guest_data_page, name="account-guest-data"),
    path("guest-data/<str:token>/", guest_views.guest_link, name="account-guest-link"),
    path("guest-exports/<str:secret>/", guest_views.guest_export, name="account-guest-export"),
    path("unsubscribe/<str:token>/", unsubscribe, name="account-unsubscribe"),
    path("inbox/", include("accounts.notifications.urls")),
    path("addresses/", views.addresses, name="account-addresses"),
    path("addresses/new/", views.new_address, name="account-address-new"),
    path("addresses/<int:address_id>/", views.address, name="account-address"),
    path("addresses/<int:address_id>/deletion/", views.address_deletion, name="account-address-deletion"),
]
