from django.urls import path

from accounts.api import consents, exports, notifications, partner_apps, safety, views

urlpatterns = [
    path("me/", views.MeView.as_view(), name="api-me"),
    path("me/sessions/", safety.SessionsView.as_view(), name="api-sessions"),
    path("me/sessions/others/", safety.OtherSessionsView.as_view(), name="api-other-sessions"),
    path("me/partner-apps/", partner_apps.PartnerAppsView.as_view(), name="api-partner-apps"),
    path("me/partner-apps/<str:client_id>/", partner_apps.PartnerAppView.as_view(), name="api-partner-app"),
    path("me/data-export/", exports.ExportView.as_view(), name="api-data-export"),
    path("me/data-export/file/", exports.ExportFileView.as_view(), name="api-data-export-file"),
    path("me/erasure/", safety.ErasureView.as_view(), name="api-erasure"),
    path("me/consents/", consents.ConsentsView.as_view(), name="api-consents"),
    path("me/consents/<str:purpose>/", consents.ConsentView.as_view(), name="api-consent"),
    path("me/notifications/", notifications.NotificationsView.as_view(), name="api-notifications"),
    path("me/notifications/unread/", notifications.UnreadView.as_view(), name="api-unread-notifications"),
    path("me/notifications/reading/", notifications.ReadingView.as_view(), name="api-notifications-reading"),
    path("me/notifications/<int:notification_id>/", notifications.NotificationView.as_view(), name="api-notification"),
    path(
        "me/notifications/<int:notification_id>/reading/",
        notifications.OneReadingView.as_view(),
        name="api-notification-reading",
    ),
    path("me/notification-preferences/", notifications.PreferencesView.as_view(), name="api-notification-preferences"),
    path(
        "me/notification-preferences/<str:kind>/",
        notifications.PreferenceView.as_view(),
        name="api-notification-preference",
    ),
    path("me/addresses/", views.AddressesView.as_view(), name="api-addresses"),
    path("me/addresses/<int:address_id>/", views.AddressView.as_view(), name="api-address"),
]
