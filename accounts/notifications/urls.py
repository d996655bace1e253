"""Under `/account/inbox/`."""

from django.urls import path

from accounts.notifications import views

urlpatterns = [
    path("", views.inbox, name="account-inbox"),
    path("preferences/", views.preferences, name="account-preferences"),
    path("reading/", views.all_read, name="account-inbox-reading"),
    path("<int:notification_id>/reading/", views.read, name="account-notification-reading"),
    path("<int:notification_id>/visit/", views.visit, name="account-notification-visit"),
    path("<int:notification_id>/deletion/", views.deletion, name="account-notification-deletion"),
]
