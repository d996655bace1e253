"""Providers tell us what happened: verified, written to the inbox once, applied in the same transaction."""

from datetime import datetime
from http import HTTPStatus

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.models import OrderNote, Payment, WebhookEvent
from orders.payments.gateway import BadWebhook, UnknownGateway, WebhookNotice, gateway
from orders.services.apply_outcome import apply_outcome
from orders.services.refund_order import apply_refund
from shopcloud.lib import clock, guards, residency

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
    with residency.within(_home_of(gateway_name, notice)):
        is_new = receive(gateway_name=gateway_name, notice=notice, now=now)
    return _text("Received." if is_new else "Received before.", HTTPStatus.OK)


def _home_of(gateway_name: str, notice: WebhookNotice) -> str:
    """Whose payment it is about, whichever region the provider called: its number says so, else its reference."""
    if number := notice.payment_id or notice.refund_id:
        return residency.of_number(number)
    known = Payment.objects.filter(gateway=gateway_name, provider_reference=notice.reference)
    elsewhere = residency.others() if notice.reference else ()
    return next((home for home in elsewhere if residency.ask(home, known.exists)), residency.region())


@residency.atomic()
def receive(*, gateway_name: str, notice: WebhookNotice, now: datetime) -> bool:
    """Apply an event and remember it, or neither; False if it had been applied before."""
    _, is_new = WebhookEvent.objects.get_or_create(
        gateway=gateway_name, event_id=notice.event_id, defaults={"kind": notice.kind[:80], "received_at": now}
    )
    if not is_new and guards.stands("webhooks.receive"):
        return False
    _apply(gateway_name, notice, now)
    return True


def _apply(gateway_name: str, notice: WebhookNotice, now: datetime) -> None:
    """What the event says of a payment, a refund or a dispute that is ours; the rest is remembered only."""
    ours = Payment.objects.filter(gateway=gateway_name)
    payment_id, refund_id = notice.payment_id or 0, notice.refund_id or 0
    if notice.outcome is not None and ours.filter(pk=payment_id).exists():
        apply_outcome(payment_id=payment_id, outcome=notice.outcome, now=now)
    if notice.refund is not None and ours.filter(refunds=refund_id).exists():
        apply_refund(refund_id=refund_id, outcome=notice.refund, now=now)
    disputed = ours.filter(provider_reference=notice.reference).first() if notice.reference else None
    if notice.dispute and disputed is not None:
        log.error("payment.disputed", payment_id=disputed.pk, kind=notice.kind)
        OrderNote.write(order=disputed.order, text=notice.dispute[:500], at=now)


def _text(message: str, status: HTTPStatus) -> HttpResponse:
    response = HttpResponse(message, status=status, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
