"""Stripe behind the port: Checkout's redirect page, or a PaymentIntent where the client brings a payment method."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext_noop

from orders.models import Payment, PaymentOperation, Refund
from orders.payments import signatures, stripe_objects
from orders.payments.gateway import BadWebhook, GatewayRefused, Outcome, RefundOutcome, WebhookNotice
from orders.payments.stripe_client import call
from orders.payments.stripe_requests import intent_params, session_params
from shopcloud.lib import clock, guards, ids

SIGNATURE_HEADER = "Stripe-Signature"
# Stripe forgets keys after a day; what was asked before is looked up instead of asked again.
KEYS_LIVE = timedelta(hours=23)


class StripeGateway:
    name = "stripe"
    title = gettext_noop("Card and more")

    def start(self, payment: Payment, *, return_url: str, token: str | None = None) -> Outcome:
        options = _once(payment.idempotency_key)
        if token is None:
            params = session_params(payment, return_url)
            return stripe_objects.session_outcome(call(lambda c: c.v1.checkout.sessions.create(params, options)))
        intent = intent_params(payment, return_url, token)
        try:
            return stripe_objects.intent_outcome(call(lambda c: c.v1.payment_intents.create(intent, options)))
        except stripe.CardError as error:
            return stripe_objects.declined_outcome(error)

    def fetch(self, payment: Payment) -> Outcome | None:
        reference = payment.provider_reference
        if reference.startswith(stripe_objects.SESSION):
            params: Any = {"expand": ["payment_intent"]}
            return stripe_objects.session_outcome(call(lambda c: c.v1.checkout.sessions.retrieve(reference, params)))
        if reference:
            return stripe_objects.intent_outcome(call(lambda c: c.v1.payment_intents.retrieve(reference)))
        # Its answer was lost. A Checkout page nobody was sent to cannot have been paid; an intent may have been.
        query = f"metadata['attempt']:'{payment.idempotency_key}'"
        found = call(lambda c: c.v1.payment_intents.search({"query": query, "limit": 1})).data
        return stripe_objects.intent_outcome(found[0]) if found else None

    def capture(self, operation: PaymentOperation) -> Outcome:
        intent, options = _intent_of(operation.payment), _once(operation.idempotency_key)
        params: Any = {"amount_to_capture": operation.amount}
        return stripe_objects.intent_outcome(call(lambda c: c.v1.payment_intents.capture(intent, params, options)))

    def void(self, operation: PaymentOperation) -> Outcome:
        intent, options = _intent_of(operation.payment), _once(operation.idempotency_key)
        return stripe_objects.intent_outcome(call(lambda c: c.v1.payment_intents.cancel(intent, {}, options)))

    def refund(self, refund: Refund) -> RefundOutcome:
        try:
            made = _refund_made(refund) or _make_refund(refund)
        except (GatewayRefused, stripe.CardError) as error:
            return RefundOutcome(status=Refund.Status.FAILED, failure=str(error))
        return stripe_objects.refund_outcome(made)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookNotice:
        header = headers.get(SIGNATURE_HEADER, "")
        if not any(_is_signed(body, header, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
            raise BadWebhook("No live secret made this signature.")
        try:
            signatures.check_age(header, now=now)
            return stripe_objects.notice(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadWebhook(str(error)) from error


def _once(key: str) -> Any:
    """Options that make Stripe act once, however often it is asked."""
    return {"idempotency_key": key if guards.stands("payments.provider_key") else ids.secret_token()}


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    """Several secrets are live while one is being rolled over."""
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _refund_made(refund: Refund) -> Any:
    """The refund as Stripe has it already, None where it is to be made."""
    if refund.provider_reference:
        return call(lambda c: c.v1.refunds.retrieve(refund.provider_reference))
    if refund.created_at > clock.now() - KEYS_LIVE:
        return None
    params: Any = {"payment_intent": _intent_of(refund.payment), "limit": 100}
    made = call(lambda c: c.v1.refunds.list(params)).data
    return next((one for one in made if one.metadata and one.metadata["refund_id"] == str(refund.pk)), None)


def _make_refund(refund: Refund) -> Any:
    params: Any = {
        "payment_intent": _intent_of(refund.payment),
        "amount": refund.amount,
        "metadata": {"refund_id": str(refund.pk)},
    }
    return call(lambda c: c.v1.refunds.create(params, _once(refund.idempotency_key)))


def _intent_of(payment: Payment) -> str:
    reference = payment.provider_reference
    if not reference.startswith(stripe_objects.SESSION):
        return reference
    session = call(lambda c: c.v1.checkout.sessions.retrieve(reference))
    return stripe_objects.id_of(session.payment_intent)
