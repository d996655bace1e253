"""How allauth makes our accounts, and what it writes to people."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation

from accounts import homes, mails
from accounts.events import EmailVerified
from shopcloud.lib import outbox, residency
from shopcloud.lib.market import markets


class AccountAdapter(DefaultAccountAdapter):
    """A mail's links lead to the shop's own address, never to the `Host` by which somebody asked for the mail."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        market = getattr(request, "market", None)
        if market is not None:
            user.language = market.language
            user.home_region = homes.of_new_person(market.code)
        return super().save_user(request, user, form, commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The account's page, in the market where the person shops."""
        chosen = markets().get(getattr(request.user, "market", ""))
        if chosen is None:
            return str(super().get_login_redirect_url(request))
        with translation.override(chosen.language):
            return reverse(settings.LOGIN_REDIRECT_URL)

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Others hear of it: what was ordered with the address as a guest belongs to its owner now.

        An address that somebody proved in another home belongs to them, as it would in this one.
        """
        if homes.is_proved_elsewhere(email_address.email):
            return False
        with residency.atomic():
            confirmed = bool(super().confirm_email(request, email_address))
            if confirmed:
                outbox.record(EmailVerified(user_id=email_address.user_id))
        return confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        links = {name: _public(value) for name, value in context.items() if name.endswith("_url")}
        shop = SimpleNamespace(name="ShopCloud", domain=urlsplit(settings.PUBLIC_URL).netloc)
        told = {"request": self.request, "email": email, **context, **links, "current_site": shop}
        mails.post(self.render_mail(template_prefix, email, told))

    def send_account_already_exists_mail(self, email: str) -> None:
        """A sign-up that makes no account takes as long as one that does: the time would tell who has one."""
        make_password("a password that nobody is given")
        super().send_account_already_exists_mail(email)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Tries are counted by person alone: by host as well, each port in `Host` would bring new ones."""
        return str(credentials.get("email", credentials.get("username", ""))).lower()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Who comes from another provider is looked for in every home, like whoever types an address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if not residency.has_several() or sociallogin.is_existing or request.user.is_authenticated:
            return
        for home in residency.others():
            if residency.ask(home, lambda: _is_known(sociallogin)):
                residency.settle(home)
                return
        residency.settle(homes.home_of_email(request, sociallogin.user.email or "", is_new=True))


def _is_known(sociallogin: Any) -> bool:
    sociallogin.lookup()
    return bool(sociallogin.is_existing)


def _public(url: str) -> str:
    parts = urlsplit(url)
    return settings.PUBLIC_URL + parts._replace(scheme="", netloc="").geturl()
