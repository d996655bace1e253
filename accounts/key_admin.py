"""Keys of people as superusers see them: that they are there, never what they are. Lost ones are taken away here."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest

from shopcloud.lib.staff import StaffAdmin

# Keys of other providers come from the environment, and their tokens are not kept.
for _kept in (Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(_kept)


class _Key(StaffAdmin):
    list_select_related = ("user",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("user",)
    search_help_text = "The beginning of an email address"

    def search_for(self, term: str) -> Q:
        return Q(user__email__startswith=term.lower())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class SecondFactorAdmin(_Key):
    """Without its secret. Who lost their second factor sets up another after this one is deleted."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    fields = readonly_fields = list_display


@admin.register(UserSession)
class DeviceAdmin(_Key):
    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    fields = readonly_fields = list_display


@admin.register(SocialAccount)
class ProviderAccountAdmin(_Key):
    list_display = ("user", "provider", "date_joined", "last_login")
    fields = readonly_fields = list_display
