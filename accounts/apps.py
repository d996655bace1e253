from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from shopcloud.lib import residency


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.mfa.recovery_codes.internal import flows
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        # Both lock rows of a person in a transaction of the default database, where not everybody lives.
        RecoveryCodes.validate_code = _at_home(RecoveryCodes.validate_code)
        flows.generate_recovery_codes = _at_home(flows.generate_recovery_codes)
        user_logged_in.connect(_note_device, dispatch_uid="staff_device")


def _at_home(locks: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(locks)
    def in_transaction(*args: Any, **kwargs: Any) -> Any:
        if residency.is_own():
            return locks(*args, **kwargs)
        with residency.atomic():
            return locks(*args, **kwargs)

    return in_transaction


def _note_device(sender: Any, request: Any, **_told: Any) -> None:
    """Who comes in by the admin's own door stands in their list of devices, too; allauth notes its own doors."""
    from allauth.usersessions.models import UserSession

    if request is not None and request.path.startswith("/admin/login/"):
        UserSession.objects.create_from_request(request)
