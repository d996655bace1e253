"""What crawlers read: the index of the shards, the shards, and the pages that are no products."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.sitemaps import shards
from media.queries import NoSuchFile
from shopcloud.lib import clock

XML = "application/xml"
AN_HOUR = "public, max-age=3600"
FOR_GOOD = "public, max-age=31536000, immutable"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    found = [reverse("sitemap-pages"), *(reverse("sitemap-shard", args=[name]) for name in shards.names())]
    return HttpResponse(shards.index(found), content_type=XML, headers={"Cache-Control": AN_HOUR})


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    return HttpResponse(shards.pages(now=clock.now()), content_type=XML, headers={"Cache-Control": AN_HOUR})


@require_safe
def shard(request: HttpRequest, name: str) -> HttpResponse:
    try:
        content = shards.shard(name)
    except NoSuchFile as error:
        raise Http404(str(error)) from error
    return HttpResponse(content, content_type="application/gzip", headers={"Cache-Control": FOR_GOOD})
