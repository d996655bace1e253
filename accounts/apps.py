from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        user_logged_in.connect(_note_device, dispatch_uid="staff_device")


def _note_device(sender: Any, request: Any, **_told: Any) -> None:
    """Who comes in by the admin's own door stands in their list of devices, too; allauth notes its own doors."""
    from allauth.usersessions.models import UserSession

    if request is not None and request.path.startswith("/admin/login/"):
        UserSession.objects.create_from_request(request)
