"""The built-in provider behind the port."""

import json
from collections.abc import Mapping
from datetime import datetime

from orders.models import Payment, Refund
from orders.models.sandbox import SandboxCharge
from orders.payments import sandbox_provider, signatures
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

_STATUS = {
    SandboxCharge.Status.OPEN: Status.REQUIRES_ACTION,
    SandboxCharge.Status.REQUIRES_ACTION: Status.REQUIRES_ACTION,
    SandboxCharge.Status.SUCCEEDED: Status.CAPTURED,
    SandboxCharge.Status.DECLINED: Status.FAILED,
}


class SandboxGateway:
    name = "sandbox"

    def start(self, payment: Payment, *, return_url: str, token: str | None = None) -> Outcome:
        request = sandbox_provider.ChargeRequest(
            idempotency_key=payment.idempotency_key,
            merchant_reference=str(payment.pk),
            amount=payment.amount,
            currency=payment.currency,
            return_url=return_url,
            token=token,
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

    def refund(self, refund: Refund) -> RefundOutcome:
        try:
            made = sandbox_provider.refund(
                idempotency_key=refund.idempotency_key,
                charge_id=refund.payment.provider_reference,
                amount=refund.amount,
                now=clock.now(),
            )
        except sandbox_provider.BadRequest as error:
            return RefundOutcome(settled=False, failure=str(error))
        return RefundOutcome(settled=True, reference=made.refund_id)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookNotice:
        header = headers.get(sandbox_provider.SIGNATURE_HEADER, "")
        try:
            signatures.verify(header, body, secret=sandbox_provider.webhook_secret(), now=now)
            event = json.loads(body)
            charge = event["charge"]
            outcome = Outcome(
                status=_STATUS[SandboxCharge.Status(charge["status"])],
                reference=charge["id"],
                failure=charge["failure"],
            )
            return WebhookNotice(event["id"], event["type"], int(charge["merchant_reference"]), outcome)
        except (ValueError, KeyError, TypeError) as error:
            raise BadWebhook(str(error)) from error


def _outcome(charge: SandboxCharge, language: str) -> Outcome:
    status = _STATUS[SandboxCharge.Status(charge.status)]
    redirect_url = sandbox_provider.hosted_url(charge, language=language) if status == Status.REQUIRES_ACTION else ""
    return Outcome(status=status, reference=charge.charge_id, redirect_url=redirect_url, failure=charge.failure)
