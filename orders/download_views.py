"""The page behind a download link. Opening it spends nothing, so a mail scanner cannot; its button does."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders import downloads, mail
from orders.form_targets import allow_form_to
from shopcloud.lib import clock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button; POST redeems the token and sends the browser to the file. 410 once it is used or over."""
    now = clock.now()
    try:
        if request.method == "POST":
            return _to_file(downloads.redeem(token=token, now=now))
        grant = downloads.grant_of(token=token, now=now)
    except downloads.DownloadNotFound as error:
        raise Http404("download") from error
    except downloads.DownloadGone as error:
        context = {"reason": str(error), "contact": mail.contact_address()}
        return _private(render(request, "orders/payments/download_gone.html", context, status=HTTPStatus.GONE))
    page = render(request, "orders/payments/download.html", {"grant": grant, "line": grant.line})
    return _private(allow_form_to(downloads.signed_url(grant), request=request, response=page))


def _to_file(url: str) -> HttpResponse:
    return _private(HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": url}))


def _private(response: HttpResponse) -> HttpResponse:
    # The address of the page is the permission: it must reach neither search engines nor other sites' logs.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
