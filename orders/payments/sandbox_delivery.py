"""How the built-in provider's events reach the shop: over HTTP, like any provider's."""

import http.client
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.urls import reverse
from kombu.exceptions import OperationalError

from orders.payments import sandbox_provider
from shopcloud.lib import clock, redis

TIMEOUT_SECONDS = 5.0
log = structlog.get_logger()


class NotDelivered(Exception):
    """The shop did not take the event; it is to be sent again later."""


def announce(charge_id: str) -> None:
    """Queue the event of a charge. Without a broker it is not sent: the shop learns of the charge when it asks."""
    from orders.tasks import deliver_sandbox_webhook

    try:
        deliver_sandbox_webhook.delay(charge_id=charge_id)
    except (OperationalError, *redis.Unavailable) as error:
        log.warning("sandbox.webhook_not_queued", error=type(error).__name__)


def deliver(charge_id: str) -> None:
    """POST the charge's event to the shop's webhook address. Raises NotDelivered unless the shop says 2xx."""
    charge = sandbox_provider.charge_by_id(charge_id)
    if charge is None:
        return
    body, headers = sandbox_provider.signed_event(charge, now=clock.now())
    try:
        status = _post(settings.PUBLIC_URL + reverse("payment-webhook", args=["sandbox"]), body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise NotDelivered(f"The shop could not be reached: {error}") from error
    if not 200 <= status < 300:
        raise NotDelivered(f"The shop answered {status}.")


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
