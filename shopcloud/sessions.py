"""Sessions of 30 rolling minutes, renewed only by pages that used them: public pages neither read nor set a cookie.

While the store is away people browse signed out; what signs them in stays theirs for when it is back.
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import cache
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from shopcloud.lib import redis


class SessionStore(cache.SessionStore):
    """Django's, but for a store that does not answer: Django would take that for a session that has ended."""

    away: Exception | None = None
    _cache: Any

    def load(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] | None = self._cache.get(self.cache_key)
        except redis.Unavailable as error:
            self.away = error
            return {}
        if kept is None:
            self._session_key = None
        return kept or {}

    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    def save(self, must_create: bool = False) -> None:
        """Raises redis.Unavailable where the session could not be read: what is in it is not to be written over."""
        if self.away and not must_create:
            raise self.away
        super().save(must_create=must_create)

    def create(self) -> None:
        super().create()
        self.away = None


class RollingSessionMiddleware(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:  # type: ignore[override]
        session = request.session
        if getattr(session, "away", None):
            patch_vary_headers(response, ("Cookie",))
            return response
        is_only_renewed = session.accessed and not session.modified and not session.is_empty()
        session.modified = session.modified or is_only_renewed
        try:
            return super().process_response(request, response)
        except redis.Unavailable:
            if is_only_renewed:
                return response
            raise
