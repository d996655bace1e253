"""How allauth makes our accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        market = getattr(request, "market", None)
        if market is not None:
            user.language = market.language
            user.home_region = "us" if market.code == "us" else "eu"
        return super().save_user(request, user, form, commit)
