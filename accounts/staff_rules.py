"""What staff who are no superusers may do to people: give others their roles, and take nobody's account over."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

# What would make a superuser, or give rights past the roles.
_BEYOND_ROLES = ("is_superuser", "user_permissions")
_OWN_ROLES = ("is_active", "is_staff", "groups")


class NarrowChange:
    """Mixed into the admin of people.

    Who is no superuser changes no superuser and makes none, gives roles and no single rights, gives none to themselves,
    and sets nobody's password nor address, for with either one signs in as somebody else.
    """

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _reaches(request, obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _reaches(request, obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = tuple(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        if _is_superuser(request) or obj is None:
            return shown
        own = _OWN_ROLES if obj.pk == request.user.pk else ()
        return (*shown, "email", *_BEYOND_ROLES, *own)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the password's hash, and the button that sets another."""
        shown = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if _is_superuser(request) or obj is None:
            return shown
        return [(title, {**said, "fields": [f for f in said["fields"] if f != "password"]}) for title, said in shown]

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if not _is_superuser(request):
            raise PermissionDenied
        found: HttpResponse = super().user_change_password(request, id, form_url)  # type: ignore[misc]
        return found


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _reaches(request: HttpRequest, obj: Any) -> bool:
    return obj is None or not obj.is_superuser or _is_superuser(request)
