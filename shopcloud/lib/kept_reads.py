"""Reads that clients may keep: an ETag of the answer's bytes, 304 to whoever has them, and how long to keep them."""

from typing import Any

from django.http import HttpRequest
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import patch_cache_control
from rest_framework.request import Request
from rest_framework.response import Response


class KeptReads:
    """For views of the API whose GET tells everybody the same. What is made costs as much as before; a 304 saves the
    way.
    """

    # As long as a CDN keeps the pages that show the same; 0 makes clients ask each time.
    kept_seconds = 60
    # Set by a view whose answer is made of last-known copies: nobody keeps it, and it says so.
    stale = False
    # What everybody may read a partner's app may, whatever it was allowed.
    partner_scopes = {"GET": ""}

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if self.stale:
            answer["Cache-Control"], answer["Warning"] = "no-store", '110 - "Response is Stale"'
        elif request.method in {"GET", "HEAD"} and answer.status_code == 200:
            kept = {"public": True, "max_age": self.kept_seconds} if self.kept_seconds else {"no_cache": True}
            patch_cache_control(answer, **kept)
            _revalidate(request._request, answer)
        return answer


def _revalidate(request: HttpRequest, answer: Response) -> None:
    compare = ConditionalGetMiddleware(lambda _request: answer).process_response
    answer.add_post_render_callback(lambda rendered: compare(request, rendered))
