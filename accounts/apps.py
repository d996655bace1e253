from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import AppConfig

from shopcloud.lib import residency


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from allauth.mfa.recovery_codes.internal import flows
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        # Both lock rows of a person in a transaction of the default database, where not everybody lives.
        RecoveryCodes.validate_code = _at_home(RecoveryCodes.validate_code)
        flows.generate_recovery_codes = _at_home(flows.generate_recovery_codes)


def _at_home(locks: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(locks)
    def in_transaction(*args: Any, **kwargs: Any) -> Any:
        if residency.is_own():
            return locks(*args, **kwargs)
        with residency.atomic():
            return locks(*args, **kwargs)

    return in_transaction
