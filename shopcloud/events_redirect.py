"""`/events/` on the web process: where one address serves everything, send the browser on to the realtime process."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import re_path


def to_realtime(request: HttpRequest) -> HttpResponse:
    if not settings.REALTIME_URL:
        raise Http404("The load balancer sends /events/ to the realtime process.")
    response = HttpResponse(status=307, headers={"Location": settings.REALTIME_URL + request.get_full_path()})
    response["Cache-Control"] = "no-store"
    return response


urlpatterns = [re_path(r"^.*$", to_realtime)]
