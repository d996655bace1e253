"""What the built-in provider tells the shop, signed."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from orders.models.sandbox import SandboxCharge, SandboxRefund
from orders.payments import signatures

SIGNATURE_HEADER = "Sandbox-Signature"


def webhook_secrets() -> list[str]:
    """The secrets both sides know: the first signs, all are believed while a key is being rolled over."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac("orders.payments.sandbox", "webhook", secret=key).hexdigest() for key in keys]


def charge_event(charge: SandboxCharge, *, status: str | None = None) -> dict[str, Any]:
    """The event that tells of the charge's state, or of one it was in before.

    Its id follows from the state: sent twice, it is the same event.
    """
    told = status or charge.status
    return {
        "id": f"evt_{charge.charge_id}_{told}",
        "type": f"charge.{told}",
        "charge": {
            "id": charge.charge_id,
            "status": told,
            "captured": charge.captured,
            "failure": charge.failure,
            "merchant_reference": charge.merchant_reference,
        },
    }


def refund_event(refund: SandboxRefund) -> dict[str, Any]:
    """The event that tells that a refund came back."""
    return {
        "id": f"evt_{refund.refund_id}_failed",
        "type": "refund.failed",
        "refund": {"id": refund.refund_id, "merchant_reference": refund.merchant_reference},
    }


def signed(event: dict[str, Any], *, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the webhook."""
    body = json.dumps(event).encode()
    signature = signatures.sign(body, secret=webhook_secrets()[0], now=now)
    return body, {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}


def signed_event(charge: SandboxCharge, *, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the webhook about the charge as it stands."""
    return signed(charge_event(charge), now=now)
