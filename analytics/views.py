"""The beacon's address."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from analytics import viewed
from analytics.beacon import MAX_BYTES, click_of
from analytics.capture import record
from analytics.consent import may_count
from analytics.events import BadClick, EventType
from analytics.viewer import forgetting, new_viewer, remember_viewer, viewer_of
from shopcloud.lib import clock


@require_POST
def beacon(request: HttpRequest) -> HttpResponse:
    """204 for a click that was taken and for a visitor who did not agree; 400 for what is no click."""
    if not may_count(request):
        return forgetting(request, HttpResponse(status=204))
    if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
        return _refused(f"The body is larger than {MAX_BYTES} bytes.")
    try:
        click = click_of(request.body, request, now=clock.now())
    except BadClick as error:
        return _refused(str(error))
    response = HttpResponse(status=204)
    if click.event_type is not EventType.PRODUCT_VIEW:
        record(click)
        return response
    viewer = viewer_of(request) or new_viewer()
    record(click, also=partial(viewed.note, viewer, click.product_id, at=click.occurred_at))
    return remember_viewer(request, response, viewer)


def _refused(reason: str) -> HttpResponse:
    return HttpResponse(reason + "\n", status=400, content_type="text/plain")
