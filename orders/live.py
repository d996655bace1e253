"""Stock figures as they change, to open pages: the one view of the realtime process."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from catalog.domain import SKU
from shopcloud.lib import realtime

MAX_SKUS = 20


async def stock_events(request: HttpRequest) -> HttpResponseBase:
    """Server-Sent Events `stock` of `{"sku", "available", "version"}` for up to 20 `?sku=`: the last, then changes.

    Of two figures the one with the higher version is newer: they may come out of order.
    """
    skus = list(dict.fromkeys(request.GET.getlist("sku")))
    if request.method != "GET":
        return HttpResponse("Only GET.", status=405, headers={"Allow": "GET"}, content_type="text/plain")
    if not 1 <= len(skus) <= MAX_SKUS or not all(SKU.fullmatch(sku) for sku in skus):
        text = f"Name 1 to {MAX_SKUS} SKUs: /events/stock/?sku=LAMP-S&sku=LAMP-L"
        return HttpResponse(text, status=400, content_type="text/plain")
    return StreamingHttpResponse(
        realtime.stream((f"stock:{sku}" for sku in skus), event="stock"),
        content_type="text/event-stream",
        headers={
            "Cache-Control": "no-cache",
            # The figures are public, and the storefront may be on another origin than this process.
            "Access-Control-Allow-Origin": "*",
            # A proxy that buffers would hold the news back.
            "X-Accel-Buffering": "no",
        },
    )
