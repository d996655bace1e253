"""Where administrators register partner apps."""

from typing import Any

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.admin import ClientAdmin
from allauth.idp.oidc.models import Client, Token
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.partners import SCOPES

admin.site.unregister(Client)
# Tokens are their owners' affair: who allowed an app something takes it back on the account page.
admin.site.unregister(Token)


class PartnerAppForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        choices=[(scope, f"{scope}: {says}") for scope, says in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="What the app may ask people for. Each of them decides what it gets.",
    )

    class Meta:
        model = Client
        fields = ("name", "type", "scopes", "redirect_uris")
        widgets = {"redirect_uris": UnfoldAdminTextareaWidget({"rows": 3})}
        help_texts = {"redirect_uris": "Where people come back to, an address a line, letter by letter."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["scopes"] = self.instance.get_scopes()

    def clean_scopes(self) -> str:
        return "\n".join(self.cleaned_data["scopes"])

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
        if not change and obj.type == Client.Type.CONFIDENTIAL:
            secret = get_adapter().generate_client_secret()
            obj.set_secret(secret)
            messages.warning(request, f"The app's secret, shown this once only: {secret}")
        obj.save()
