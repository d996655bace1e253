"""The API's description as it is served: made once in each process, kept, and sent whole only to whoever lacks it."""

import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.encoding import force_bytes
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

# The same for everybody (SERVE_PUBLIC): a variant is a language in one of the view's types, whatever is asked for.
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
VARIANTS = len(LANGUAGES) * len(SpectacularAPIView.renderer_classes)


@dataclass(frozen=True)
class Description:
    """A variant, compressed, and the name of its bytes."""

    compressed: bytes
    etag: str

    def body(self) -> bytes:
        return gzip.decompress(self.compressed)


_making = Lock()


def description(language: str, renderer: Callable[[], BaseRenderer]) -> Description:
    """Half a second of work at first, and a look afterwards. Whoever comes meanwhile waits for the one who makes it."""
    with _making:
        return _made(language, renderer)


@lru_cache(maxsize=VARIANTS)
def _made(language: str, renderer: Callable[[], BaseRenderer]) -> Description:
    with translation.override(language):
        told = SchemaGenerator().get_schema(request=None, public=True)
        body = force_bytes(renderer().render(told, renderer_context={}))
    # Weak: the same description, compressed or not.
    return Description(gzip.compress(body, 9, mtime=0), f'W/"{hashlib.sha256(body).hexdigest()[:32]}"')


class DescriptionView(SpectacularAPIView):
    """In the language of `?lang=`, or else of the request, and in the type that `Accept` or `?format=` names."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse | None:
        asked = request.GET.get("lang", "")
        language = asked if asked in LANGUAGES else translation.get_language() or settings.LANGUAGE_CODE
        kept = description(language, type(request.accepted_renderer))
        answer = _answer(kept, "gzip" in request.headers.get("Accept-Encoding", ""), request.accepted_media_type)
        answer["Content-Language"] = language
        answer["Content-Disposition"] = f'inline; filename="{self._get_filename(request, None)}"'
        return get_conditional_response(request._request, etag=kept.etag, response=answer)


def _answer(kept: Description, compressed: bool, media_type: str) -> HttpResponse:
    answer = HttpResponse(kept.compressed if compressed else kept.body(), content_type=media_type)
    if compressed:
        answer["Content-Encoding"] = "gzip"
    answer["ETag"] = kept.etag
    patch_cache_control(answer, public=True, no_cache=True)
    patch_vary_headers(answer, ["Accept-Encoding"])
    return answer
