"""The built-in provider behind the port."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from orders.models import Payment, PaymentOperation, Refund
from orders.models.sandbox import SandboxCharge
from orders.payments import sandbox_events, sandbox_provider, signatures
from orders.payments.gateway import (
    BadWebhook,
    GatewayRefused,
    GatewayUnavailable,
    Outcome,
    RefundOutcome,
    Status,
    WebhookNotice,
)
from shopcloud.lib import clock

REFUND_CAME_BACK = gettext_noop("The card's bank sent the refund back.")
_STATUS = {
    SandboxCharge.Status.OPEN: Status.REQUIRES_ACTION,
    SandboxCharge.Status.REQUIRES_ACTION: Status.REQUIRES_ACTION,
    SandboxCharge.Status.AUTHORISED: Status.AUTHORISED,
    SandboxCharge.Status.SUCCEEDED: Status.CAPTURED,
    SandboxCharge.Status.DECLINED: Status.FAILED,
    SandboxCharge.Status.VOIDED: Status.VOIDED,
}


class SandboxGateway:
    name = "sandbox"
    title = gettext_noop("Test payment")

    def start(self, payment: Payment, *, return_url: str, token: str | None = None) -> Outcome:
        request = sandbox_provider.ChargeRequest(
            idempotency_key=payment.idempotency_key,
            merchant_reference=str(payment.pk),
            amount=payment.amount,
            currency=payment.currency,
            return_url=return_url,
            token=token,
            manual_capture=payment.manual_capture,
        )
        try:
            return _outcome(sandbox_provider.create_charge(request, now=clock.now()), payment.order.language)
        except sandbox_provider.NoAnswer as error:
            raise GatewayUnavailable("The sandbox provider did not answer in time.") from error
        except sandbox_provider.BadRequest as error:
            raise GatewayRefused(str(error)) from error

    def fetch(self, payment: Payment) -> Outcome | None:
        charge = (
            sandbox_provider.charge_by_id(payment.provider_reference)
            if payment.provider_reference
            else sandbox_provider.charge_by_key(payment.idempotency_key)
        )
        return _outcome(charge, payment.order.language) if charge else None

    def capture(self, operation: PaymentOperation) -> Outcome:
        reference, amount = operation.payment.provider_reference, operation.amount
        return self._end(operation, sandbox_provider.capture, charge_id=reference, amount=amount, now=clock.now())

    def void(self, operation: PaymentOperation) -> Outcome:
        return self._end(operation, sandbox_provider.void, charge_id=operation.payment.provider_reference)

    def _end(self, operation: PaymentOperation, call: Any, **asked: Any) -> Outcome:
        try:
            return _outcome(call(**asked), operation.payment.order.language)
        except sandbox_provider.NoAnswer as error:
            raise GatewayUnavailable("The sandbox provider did not answer in time.") from error
        except sandbox_provider.BadRequest as error:
            raise GatewayRefused(str(error)) from error

    def refund(self, refund: Refund) -> RefundOutcome:
        try:
            made = sandbox_provider.refund(
                idempotency_key=refund.idempotency_key,
                merchant_reference=str(refund.pk),
                charge_id=refund.payment.provider_reference,
                amount=refund.amount,
                now=clock.now(),
            )
        except sandbox_provider.NoAnswer as error:
            raise GatewayUnavailable("The sandbox provider did not answer in time.") from error
        except sandbox_provider.BadRequest as error:
            return RefundOutcome(status=Refund.Status.FAILED, failure=str(error))
        return RefundOutcome(status=Refund.Status.SUCCEEDED, reference=made.refund_id)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookNotice:
        header = headers.get(sandbox_events.SIGNATURE_HEADER, "")
        try:
            signatures.verify(header, body, secrets=sandbox_events.webhook_secrets(), now=now)
            return _notice(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            raise BadWebhook(str(error)) from error


def _notice(event: dict[str, Any]) -> WebhookNotice:
    if "refund" in event:
        refund = event["refund"]
        failed = RefundOutcome(status=Refund.Status.FAILED, reference=refund["id"], failure=REFUND_CAME_BACK)
        return WebhookNotice(event["id"], event["type"], refund_id=int(refund["merchant_reference"]), refund=failed)
    charge = event["charge"]
    outcome = Outcome(
        status=_STATUS[SandboxCharge.Status(charge["status"])],
        reference=charge["id"],
        failure=charge["failure"],
        captured=int(charge["captured"]),
    )
    return WebhookNotice(event["id"], event["type"], int(charge["merchant_reference"]), outcome)


def _outcome(charge: SandboxCharge, language: str) -> Outcome:
    status = _STATUS[SandboxCharge.Status(charge.status)]
    return Outcome(
        status=status,
        reference=charge.charge_id,
        redirect_url=sandbox_provider.hosted_url(charge, language=language) if status == Status.REQUIRES_ACTION else "",
        failure=charge.failure,
        captured=charge.captured,
    )
