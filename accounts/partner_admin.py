"""Where administrators register partner apps."""

from typing import Any

from allauth.idp.oidc.admin import ClientAdmin
from allauth.idp.oidc.models import Client, Token
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.partners import SCOPES

admin.site.unregister(Client)
# Tokens are their owners' affair: who allowed an app something takes it back on the account page.
admin.site.unregister(Token)


class PartnerAppForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Client
        fields = ("name", "type", "scopes", "redirect_uris")
        widgets = {"scopes": UnfoldAdminTextareaWidget, "redirect_uris": UnfoldAdminTextareaWidget}

    def clean_scopes(self) -> str:
        named = self.cleaned_data["scopes"].split()
        unknown = sorted(set(named) - set(SCOPES))
        if unknown:
            raise ValidationError(f"Not known: {', '.join(unknown)}. There are: {', '.join(SCOPES)}.")
        return "\n".join(named)

    def clean_redirect_uris(self) -> str:
        named = self.cleaned_data["redirect_uris"].split()
        if not named:
            raise ValidationError("Name at least one address to which people come back.")
        return "\n".join(named)


@admin.register(Client)
class PartnerAppAdmin(ClientAdmin, ModelAdmin):  # type: ignore[misc]
    """Public apps (on phones, in browsers) have no secret and must use PKCE; the others get one, shown once."""

    form = PartnerAppForm
    list_display = ("name", "id", "type", "created_at")
    list_filter = ("type",)
    readonly_fields = ("id", "created_at")
    fields = ("name", "type", "scopes", "redirect_uris", "id", "created_at")

    def save_model(self, request: Any, obj: Client, form: Any, change: bool) -> None:
        obj.set_grant_types([Client.GrantType.AUTHORIZATION_CODE, Client.GrantType.REFRESH_TOKEN])
        super().save_model(request, obj, form, change)
