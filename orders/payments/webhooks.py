"""Providers tell us what happened: verified, written to the inbox once, applied in the same transaction."""

from datetime import datetime
from http import HTTPStatus

import structlog
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.models import Payment, WebhookEvent
from orders.payments.gateway import BadWebhook, UnknownGateway, WebhookNotice, gateway
from orders.services.pay_order import apply_outcome
from shopcloud.lib import clock, guards

MAX_BYTES = 256 * 1024
log = structlog.get_logger()


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, gateway_name: str) -> HttpResponse:
    """200 once the event is stored and applied, or was before; 400 when it is not the provider's."""
    try:
        provider = gateway(gateway_name)
    except UnknownGateway as error:
        raise Http404(str(error)) from error
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES:
        return _text("The event is too large.", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    now = clock.now()
    try:
        notice = provider.parse_webhook(request.headers, request.body, now)
    except BadWebhook as error:
        log.warning("webhook.refused", gateway=gateway_name, reason=str(error))
        return _text("The signature, its age or the body is not right.", HTTPStatus.BAD_REQUEST)
    is_new = receive(gateway_name=gateway_name, notice=notice, now=now)
    return _text("Received." if is_new else "Received before.", HTTPStatus.OK)


@transaction.atomic
def receive(*, gateway_name: str, notice: WebhookNotice, now: datetime) -> bool:
    """Apply an event and remember it, or neither; False if it had been applied before."""
    _, is_new = WebhookEvent.objects.get_or_create(
        gateway=gateway_name, event_id=notice.event_id, defaults={"kind": notice.kind[:80], "received_at": now}
    )
    if not is_new and guards.stands("webhooks.receive"):
        return False
    if notice.outcome is not None and notice.payment_id is not None:
        ours = Payment.objects.filter(pk=notice.payment_id, gateway=gateway_name)
        if ours.exists():
            apply_outcome(payment_id=notice.payment_id, outcome=notice.outcome, now=now)
    return True


def _text(message: str, status: HTTPStatus) -> HttpResponse:
    response = HttpResponse(message, status=status, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
