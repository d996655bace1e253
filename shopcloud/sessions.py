"""Sessions of 30 rolling minutes, renewed only by pages that used them: public pages neither read nor set a cookie."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse


class RollingSessionMiddleware(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        session = request.session
        if session.accessed and not session.is_empty():
            session.modified = True
        return super().process_response(request, response)
