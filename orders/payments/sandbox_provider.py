"""The built-in payment provider: a peer of its own, with its own ledger, that shares nothing with the shop but calls.

It keeps the promises real providers make: the same idempotency key never charges twice, events are signed, a final
state is final. And it has their faults: `tok_timeout` charges, but the answer never arrives.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop

from orders.models.sandbox import SandboxCharge, SandboxRefund
from orders.payments import signatures

Status = SandboxCharge.Status
SIGNATURE_HEADER = "Sandbox-Signature"
DECLINED = gettext_noop("The card was declined.")
CANCELLED = gettext_noop("The payment was cancelled.")
CHALLENGE_FAILED = gettext_noop("The bank could not confirm the payment.")
# What each test token does at once. `tok_timeout` charges like `tok_ok`.
_TOKENS: dict[str, tuple[SandboxCharge.Status, str]] = {
    "tok_ok": (Status.SUCCEEDED, ""),
    "tok_declined": (Status.DECLINED, DECLINED),
    "tok_3ds": (Status.REQUIRES_ACTION, ""),
    "tok_timeout": (Status.SUCCEEDED, ""),
}


class NoAnswer(Exception):
    """The line went dead after the request was sent."""


class BadRequest(Exception):
    """The provider understood the request and will not serve it; the message says why."""


class AlreadySettled(Exception):
    """The charge has a final state, which stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRequest:
    """`merchant_reference` comes back in every event; `amount` is minor units."""

    idempotency_key: str
    merchant_reference: str
    amount: int
    currency: str
    return_url: str
    token: str | None = None


def create_charge(request: ChargeRequest, *, now: datetime) -> SandboxCharge:
    """The charge of this key, made now if it is new. Raises BadRequest; NoAnswer for `tok_timeout`."""
    if request.token is not None and request.token not in _TOKENS:
        raise BadRequest(f"No such token. Test tokens are {', '.join(_TOKENS)}.")
    status, failure = _TOKENS[request.token] if request.token else (Status.OPEN, "")
    charge, is_new = SandboxCharge.objects.get_or_create(
        idempotency_key=request.idempotency_key,
        defaults={
            "merchant_reference": request.merchant_reference,
            "status": status,
            "failure": failure,
            "amount": request.amount,
            "currency": request.currency,
            "return_url": request.return_url,
            "created_at": now,
        },
    )
    if (charge.amount, charge.currency) != (request.amount, request.currency):
        raise BadRequest("This idempotency key was used for another amount.")
    if is_new and charge.is_final:
        _announce(charge)
    if is_new and request.token == "tok_timeout":  # noqa: S105 - the name of a test token
        raise NoAnswer
    return charge


def charge_by_id(charge_id: str) -> SandboxCharge | None:
    return SandboxCharge.objects.filter(pk=charge_id).first()


def charge_by_key(idempotency_key: str) -> SandboxCharge | None:
    return SandboxCharge.objects.filter(idempotency_key=idempotency_key).first()


def pay(*, charge_id: str, card: str) -> SandboxCharge:
    """What the buyer chose on the hosted page: `card` is visa, declined or challenge. Raises AlreadySettled."""
    status, failure = {
        "visa": (Status.SUCCEEDED, ""),
        "declined": (Status.DECLINED, DECLINED),
        "challenge": (Status.REQUIRES_ACTION, ""),
    }[card]
    return _settle(charge_id, origins=(Status.OPEN,), status=status, failure=failure)


def answer_challenge(*, charge_id: str, approved: bool) -> SandboxCharge:
    """How the bank's 3-D Secure question ended. Raises AlreadySettled."""
    status, failure = (Status.SUCCEEDED, "") if approved else (Status.DECLINED, CHALLENGE_FAILED)
    return _settle(charge_id, origins=(Status.REQUIRES_ACTION,), status=status, failure=failure)


def cancel(*, charge_id: str) -> SandboxCharge:
    """The buyer left the hosted page by its cancel button. Raises AlreadySettled."""
    return _settle(charge_id, origins=(Status.OPEN, Status.REQUIRES_ACTION), status=Status.DECLINED, failure=CANCELLED)


def refund(*, idempotency_key: str, charge_id: str, amount: int, now: datetime) -> SandboxRefund:
    """The refund of this key, made now if it is new. Raises BadRequest when more is asked than is left."""
    with transaction.atomic():
        charge = SandboxCharge.objects.select_for_update().filter(pk=charge_id, status=Status.SUCCEEDED).first()
        if charge is None:
            raise BadRequest("There is no such captured charge.")
        made = SandboxRefund.objects.filter(idempotency_key=idempotency_key).first()
        if made is not None:
            return made
        left = SandboxCharge.objects.filter(pk=charge_id, refunded__lte=F("amount") - amount)
        if not left.update(refunded=F("refunded") + amount):
            raise BadRequest("More would be given back than was charged.")
        return SandboxRefund.objects.create(
            idempotency_key=idempotency_key, charge=charge, amount=amount, created_at=now
        )


def hosted_url(charge: SandboxCharge, *, language: str) -> str:
    """Where the charge is paid: on the host by which the buyer reached the shop, as both share a process."""
    page = reverse("sandbox-pay", args=[charge.charge_id])
    return urljoin(charge.return_url, f"{page}?language={language}")


def webhook_secret() -> str:
    """The secret both sides know."""
    return salted_hmac("orders.payments.sandbox", "webhook").hexdigest()


def event_body(charge: SandboxCharge) -> bytes:
    """The event that tells of the charge's state. Its id follows from the state: sent twice, it is the same event."""
    return json.dumps(
        {
            "id": f"evt_{charge.charge_id}_{charge.status}",
            "type": f"charge.{charge.status}",
            "charge": {
                "id": charge.charge_id,
                "status": charge.status,
                "failure": charge.failure,
                "merchant_reference": charge.merchant_reference,
            },
        }
    ).encode()


def signed_event(charge: SandboxCharge, *, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the webhook."""
    body = event_body(charge)
    signature = signatures.sign(body, secret=webhook_secret(), now=now)
    return body, {SIGNATURE_HEADER: signature, "Content-Type": "application/json"}


def _settle(
    charge_id: str, *, origins: tuple[SandboxCharge.Status, ...], status: SandboxCharge.Status, failure: str
) -> SandboxCharge:
    moved = SandboxCharge.objects.filter(pk=charge_id, status__in=origins).update(status=status, failure=failure)
    if not moved:
        raise AlreadySettled
    charge = SandboxCharge.objects.get(pk=charge_id)
    if charge.is_final:
        _announce(charge)
    return charge


def _announce(charge: SandboxCharge) -> None:
    # Late: the tasks are the shop's worker lent to the provider, and import this module.
    from orders.payments.sandbox_delivery import announce

    announce(charge.charge_id)
