"""The built-in payment provider: a peer of its own, with its own ledger, that shares nothing with the shop but calls.

It keeps the promises real providers make: the same idempotency key never charges twice, events are signed, a final
state is final. And it has their faults, on demand: `sandbox_tokens` says which token brings which.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from django.db import IntegrityError
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_noop

from orders.models.sandbox import SandboxCharge, SandboxRefund
from orders.payments.gateway import AUTHORISATION_LASTS
from orders.payments.sandbox_tokens import TOKENS, Script
from shopcloud.lib import prepared, residency

Status = SandboxCharge.Status
CANCELLED = gettext_noop("The payment was cancelled.")
CHALLENGE_FAILED = gettext_noop("The bank could not confirm the payment.")


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
    manual_capture: bool = False


def create_charge(request: ChargeRequest, *, now: datetime) -> SandboxCharge:
    """The charge of this key, made now if it is new. Raises BadRequest, NoAnswer."""
    if request.token is not None and request.token not in TOKENS:
        raise BadRequest(f"No such token. Test tokens are {', '.join(TOKENS)}.")
    script = TOKENS[request.token] if request.token else Script(label="", status=Status.OPEN)
    if "start-before" in script.silent:
        raise NoAnswer
    status = _reached(script.status, manual_capture=request.manual_capture)
    charge, is_new = _made_once(
        SandboxCharge(
            idempotency_key=request.idempotency_key,
            merchant_reference=request.merchant_reference,
            status=status,
            failure=script.failure,
            token=request.token or "",
            manual_capture=request.manual_capture,
            amount=request.amount,
            captured=request.amount if status == Status.SUCCEEDED else 0,
            currency=request.currency,
            return_url=request.return_url,
            created_at=now,
        )
    )
    if (charge.amount, charge.currency) != (request.amount, request.currency):
        raise BadRequest("This idempotency key was used for another amount.")
    if is_new and charge.is_final:
        _announce(charge)
    if is_new and "start" in script.silent:
        raise NoAnswer
    return charge


def _made_once(charge: SandboxCharge) -> tuple[SandboxCharge, bool]:
    """The charge, or the one that its key made before; whether it is new."""
    try:
        with residency.atomic():
            prepared.insert(charge)
    except IntegrityError:
        return SandboxCharge.objects.get(idempotency_key=charge.idempotency_key), False
    return charge, True


def charge_by_id(charge_id: str) -> SandboxCharge | None:
    return SandboxCharge.objects.filter(pk=charge_id).first()


def charge_by_key(idempotency_key: str) -> SandboxCharge | None:
    return SandboxCharge.objects.filter(idempotency_key=idempotency_key).first()


def pay(*, charge_id: str, token: str) -> SandboxCharge:
    """What the buyer chose on the hosted page, one of `sandbox_tokens.ON_PAGE`. Raises AlreadySettled."""
    script = TOKENS[token]
    return _settle(charge_id, origins=(Status.OPEN,), status=script.status, failure=script.failure, token=token)


def answer_challenge(*, charge_id: str, approved: bool) -> SandboxCharge:
    """How the bank's 3-D Secure question ended. Raises AlreadySettled."""
    status, failure = (Status.SUCCEEDED, "") if approved else (Status.DECLINED, CHALLENGE_FAILED)
    return _settle(charge_id, origins=(Status.REQUIRES_ACTION,), status=status, failure=failure)


def cancel(*, charge_id: str) -> SandboxCharge:
    """The buyer left the hosted page by its cancel button. Raises AlreadySettled."""
    return _settle(charge_id, origins=(Status.OPEN, Status.REQUIRES_ACTION), status=Status.DECLINED, failure=CANCELLED)


def capture(*, charge_id: str, amount: int, now: datetime) -> SandboxCharge:
    """Take `amount` of an authorised charge and let the rest go; once. Raises BadRequest, NoAnswer."""
    script = _script(charge_id)
    if "capture" in script.refused:
        raise BadRequest("This charge cannot be captured.")
    held = SandboxCharge.objects.filter(pk=charge_id, status=Status.AUTHORISED, amount__gte=amount)
    held.filter(created_at__lt=now - AUTHORISATION_LASTS).update(status=Status.VOIDED)
    return _end(charge_id, script, call="capture", status=Status.SUCCEEDED, captured=amount)


def void(*, charge_id: str) -> SandboxCharge:
    """Let an authorised charge go; once. Raises BadRequest, NoAnswer."""
    return _end(charge_id, _script(charge_id), call="void", status=Status.VOIDED, captured=0)


def refund(
    *, idempotency_key: str, merchant_reference: str, charge_id: str, amount: int, now: datetime
) -> SandboxRefund:
    """The refund of this key, made now if it is new. Raises BadRequest when more is asked than is left, NoAnswer."""
    script = _script(charge_id)
    if "refund" in script.refused:
        raise BadRequest("The card's bank takes no refunds.")
    with residency.atomic():
        charge = SandboxCharge.objects.select_for_update().filter(pk=charge_id, status=Status.SUCCEEDED).first()
        if charge is None:
            raise BadRequest("There is no such captured charge.")
        made = SandboxRefund.objects.filter(idempotency_key=idempotency_key).first()
        if made is not None:
            return made
        left = SandboxCharge.objects.filter(pk=charge_id, refunded__lte=F("captured") - amount)
        if not left.update(refunded=F("refunded") + (0 if script.bounces else amount)):
            raise BadRequest("More would be given back than was charged.")
        made = SandboxRefund.objects.create(
            idempotency_key=idempotency_key,
            merchant_reference=merchant_reference,
            charge=charge,
            amount=amount,
            failed=script.bounces,
            created_at=now,
        )
    if script.bounces:
        _announce(charge, refund=made)
    if "refund" in script.silent:
        raise NoAnswer
    return made


def hosted_url(charge: SandboxCharge, *, language: str) -> str:
    """Where the charge is paid: on the host by which the buyer reached the shop, as both share a process."""
    page = reverse("sandbox-pay", args=[charge.charge_id])
    return urljoin(charge.return_url, f"{page}?language={language}")


def _reached(status: SandboxCharge.Status, *, manual_capture: bool) -> SandboxCharge.Status:
    return Status.AUTHORISED if manual_capture and status == Status.SUCCEEDED else status


def _script(charge_id: str) -> Script:
    token = SandboxCharge.objects.filter(pk=charge_id).values_list("token", flat=True).first()
    return TOKENS.get(token or "tok_ok", TOKENS["tok_ok"])


def _settle(
    charge_id: str,
    *,
    origins: tuple[SandboxCharge.Status, ...],
    status: SandboxCharge.Status,
    failure: str,
    **changes: str,
) -> SandboxCharge:
    open_charge = SandboxCharge.objects.filter(pk=charge_id, status__in=origins)
    charge = open_charge.first()
    if charge is None:
        raise AlreadySettled
    status = _reached(status, manual_capture=charge.manual_capture)
    captured = charge.amount if status == Status.SUCCEEDED else 0
    if not open_charge.update(status=status, failure=failure, captured=captured, **changes):
        raise AlreadySettled
    charge.refresh_from_db()
    if charge.is_final:
        _announce(charge)
    return charge


def _end(charge_id: str, script: Script, *, call: str, status: SandboxCharge.Status, captured: int) -> SandboxCharge:
    held = SandboxCharge.objects.filter(pk=charge_id, status=Status.AUTHORISED, amount__gte=captured)
    is_new = held.update(status=status, captured=captured)
    charge = charge_by_id(charge_id)
    if charge is None or (charge.status, charge.captured) != (status, captured):
        raise BadRequest(f"The charge is not authorised (any more), so it takes no {call}.")
    if is_new:
        _announce(charge)
        if call in script.silent:
            raise NoAnswer
    return charge


def _announce(charge: SandboxCharge, *, refund: SandboxRefund | None = None) -> None:
    # Late: the tasks are the shop's worker lent to the provider, and import this module.
    from orders.payments.sandbox_delivery import announce

    announce(charge, refund=refund)
