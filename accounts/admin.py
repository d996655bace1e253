"""People, their roles and addresses, as staff see them."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts import key_admin as key_admin
from accounts import partner_admin as partner_admin
from accounts.models import Address, Consent, ErasureRequest, User
from accounts.staff_rules import NarrowChange
from shopcloud.lib import residency
from shopcloud.lib.staff import ReadOnly, ReadOnlyAdmin, StaffAdmin


class NewUserForm(UserCreationForm):  # type: ignore[misc]
    class Meta:
        model = User
        fields = ("email",)
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class AddressInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Address
    extra = 0
    fields = readonly_fields = ("name", "line1", "line2", "postal_code", "city", "region", "country", "is_default")


class ConsentInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Consent
    extra = 0
    fields = readonly_fields = ("purpose", "granted", "source", "at")
    ordering = ("-at",)


@admin.register(User)
class UserAdmin(NarrowChange, StaffAdmin, DjangoUserAdmin):  # type: ignore[misc]
    """People, and the roles they have. `NarrowChange` says what is a superuser's alone."""

    form = UserChangeForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("email", "first_name", "last_name", "home_region", "is_staff", "is_active", "date_joined")
    list_filter = ("is_staff", "is_active", "home_region", "groups")
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("email",)
    search_help_text = _("The beginning of an email address")
    inlines = (AddressInline, ConsentInline)
    filter_horizontal = ("user_permissions",)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": (("first_name", "last_name"), ("home_region", "language"))}),
        (_("Permissions"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("email", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")

    def search_for(self, term: str) -> Q:
        return Q(email__startswith=term.lower())

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles are few: each is a box to tick."""
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Another home would not take what lies in this one along."""
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "home_region") if residency.has_several() else fixed


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin):
    list_display = ("name", "user", "city", "country", "is_default")
    list_select_related = ("user",)
    ordering = ("-pk",)
    sortable_by = ()
    search_fields = ("user",)
    search_help_text = _("The beginning of an email address")

    def search_for(self, term: str) -> Q:
        return Q(user__email__startswith=term.lower())


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnlyAdmin):
    """Certificates: what was erased, what stayed, and what the re-scan found. Never of whom."""

    list_display = ("__str__", "state", "requested_at", "finished_at", "verdict")
    ordering = ("-pk",)
    sortable_by = ()
    fields = ("state", "verdict", "requested_at", "due_at", "finished_at", "erased", "remains", "scanned", "pseudonym")
    readonly_fields = ("verdict", "erased", "remains", "scanned")

    @admin.display(description=_("re-scan"))
    def verdict(self, wish: ErasureRequest) -> str:
        if wish.state != wish.State.DONE:
            return "not yet"
        return "nothing found" if wish.is_clean else "marks found: look at them"

    @admin.display(description=_("erased"))
    def erased(self, wish: ErasureRequest) -> str:
        return _lines((name, f"{done['count']}, {done['at']}") for name, done in wish.parts.items())

    @admin.display(description=_("kept by law"))
    def remains(self, wish: ErasureRequest) -> str:
        return _lines(wish.kept.items())

    @admin.display(description=_("found by the re-scan"))
    def scanned(self, wish: ErasureRequest) -> str:
        return _lines(wish.found.items())


def _lines(pairs: Iterable[tuple[str, Any]]) -> str:
    return format_html_join(mark_safe("<br>"), "{}: {}", pairs) or "-"


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """Roles are made by migrations; what they allow is changed by superusers alone."""
