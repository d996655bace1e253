"""How the built-in provider's events reach the shop: over HTTP, like any provider's."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.urls import reverse
from kombu.exceptions import OperationalError

from orders.models.sandbox import SandboxCharge, SandboxRefund
from orders.payments import sandbox_events
from orders.payments.sandbox_tokens import TOKENS
from shopcloud.lib import clock, redis

TIMEOUT_SECONDS = 5.0
log = structlog.get_logger()


class NotDelivered(Exception):
    """The shop did not take the event; it is to be sent again later."""


def announce(charge: SandboxCharge, *, refund: SandboxRefund | None = None) -> None:
    """Queue the events of a charge as its token wants them, or the one of a refund that came back.

    Without a broker nothing is sent: the shop learns of the charge when it asks.
    """
    from orders.tasks import deliver_sandbox_webhook

    events = TOKENS[charge.token or "tok_ok"].events if refund is None else ((None, 1),)
    try:
        for status, seconds in events:
            told = {"charge_id": charge.pk, "status": status, "refund_id": refund.pk if refund else None}
            deliver_sandbox_webhook.apply_async(kwargs=told, countdown=seconds)
    except (OperationalError, *redis.Unavailable) as error:
        log.warning("sandbox.webhook_not_queued", error=type(error).__name__)


def deliver(charge_id: str, *, status: str | None = None, refund_id: str | None = None) -> None:
    """POST an event to the shop's webhook address: of the charge as it stands or as it stood, or of a refund.

    Raises NotDelivered unless the shop says 2xx.
    """
    event = _event(charge_id, status, refund_id)
    if event is None:
        return
    body, headers = sandbox_events.signed(event, now=clock.now())
    try:
        answer = _post(settings.PUBLIC_URL + reverse("payment-webhook", args=["sandbox"]), body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"The shop could not be reached: {error}") from error
    if not 200 <= answer < 300:
        raise NotDelivered(f"The shop answered {answer}.")


def _event(charge_id: str, status: str | None, refund_id: str | None) -> dict[str, Any] | None:
    if refund_id is not None:
        refund = SandboxRefund.objects.filter(pk=refund_id).first()
        return sandbox_events.refund_event(refund) if refund else None
    charge = SandboxCharge.objects.filter(pk=charge_id).first()
    return sandbox_events.charge_event(charge, status=status) if charge else None


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", parts.path, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()
