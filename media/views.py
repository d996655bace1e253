"""CloudFront's part on a laptop: public files by their immutable URLs."""

import hashlib

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.views.decorators.http import require_safe

from media import edge, queries
from media.services import MediaUnavailable
from media.storage import IMMUTABLE

CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "glb": "model/gltf-binary"}
RETRY_AFTER_SECONDS = 10
PLACEHOLDER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Picture unavailable">'
    '<rect width="64" height="64" fill="#e9e7e2"/>'
    '<path d="M16 44l11-14 8 9 5-6 8 11z" fill="#c9c5bc"/><circle cx="42" cy="23" r="4" fill="#c9c5bc"/></svg>'
)


@require_safe
def public_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """A picture or model; 304 without asking S3, since a key's bytes never change."""
    if not queries.PUBLIC_KEY.fullmatch(key):
        return _missing()
    if settings.MEDIA_AVIF:
        key = edge.negotiated(key, request.headers.get("Accept", ""))
    etag = f'"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers={"ETag": etag, **_headers()})
    try:
        found = queries.open_object(key)
    except queries.NoSuchFile:
        return _missing()
    except MediaUnavailable as error:
        return _unavailable(key, str(error))
    return StreamingHttpResponse(
        found.chunks,
        content_type=CONTENT_TYPES[key.rpartition(".")[2]],
        headers={"ETag": etag, "Content-Length": str(found.size), **_headers()},
    )


def _headers() -> dict[str, str]:
    return {"Cache-Control": IMMUTABLE, **({"Vary": "Accept"} if settings.MEDIA_AVIF else {})}


def _missing() -> HttpResponse:
    # Plain: a page nobody sees would cost more than the picture.
    return HttpResponse("There is no such file.\n", content_type="text/plain", status=404)


def _unavailable(key: str, reason: str) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "Retry-After": str(RETRY_AFTER_SECONDS)}
    if key.startswith("images/"):
        # Browsers draw the body of a failed picture: a calm placeholder instead of a broken one.
        return HttpResponse(PLACEHOLDER, content_type="image/svg+xml", status=503, headers=headers)
    return HttpResponse(reason + "\n", content_type="text/plain", status=503, headers=headers)
