"""Which requests are staff's work: everything but looking, behind the admin's door."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from shopcloud.lib import audit

ADMIN = "/admin/"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AuditMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _SAFE or not request.path_info.startswith(ADMIN) or not _is_staff(request):
            return self.get_response(request)
        with audit.by(actor=int(request.user.pk or 0), action=_action(request)):
            return self.get_response(request)


def _is_staff(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


def _action(request: HttpRequest) -> str:
    """The page by its name, and of a list what was chosen to be done there."""
    try:
        name = resolve(request.path_info).url_name or ""
    except Resolver404:
        return request.path_info
    return f"{name}:{request.POST.get('action', '')}" if name.endswith("_changelist") else name
