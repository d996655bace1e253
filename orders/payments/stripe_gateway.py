"""Stripe behind the port: Checkout's redirect page, or a PaymentIntent where the client brings a payment method."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext_noop

from orders.models import Payment, Refund
from orders.payments import signatures, stripe_objects
from orders.payments.gateway import (
    BadWebhook,
    GatewayRefused,
    Outcome,
    RefundOutcome,
    WebhookNotice,
)
from orders.payments.stripe_client import call

SIGNATURE_HEADER = "Stripe-Signature"
# Longer than an order waits for its money, so that a page is never open for an order that is gone by much.
PAGE_OPEN = timedelta(minutes=65)
REFUND_REFUSED = gettext_noop("The refund was refused by the card's bank.")
_LOCALES = {"en": "en", "en-gb": "en-GB", "de": "de", "fr": "fr"}


class StripeGateway:
    name = "stripe"

    def start(self, payment: Payment, *, return_url: str, token: str | None = None) -> Outcome:
        options: Any = {"idempotency_key": payment.idempotency_key}
        if token is None:
            params = _session_params(payment, return_url)
            return stripe_objects.session_outcome(call(lambda c: c.v1.checkout.sessions.create(params, options)))
        intent = _intent_params(payment, return_url, token)
        try:
            return stripe_objects.intent_outcome(call(lambda c: c.v1.payment_intents.create(intent, options)))
        except stripe.CardError as error:
            return stripe_objects.declined_outcome(error)

    def fetch(self, payment: Payment) -> Outcome | None:
        reference = payment.provider_reference
        if reference.startswith(stripe_objects.SESSION):
            return stripe_objects.session_outcome(call(lambda c: c.v1.checkout.sessions.retrieve(reference)))
        if reference:
            return stripe_objects.intent_outcome(call(lambda c: c.v1.payment_intents.retrieve(reference)))
        # Its answer was lost. A Checkout page nobody was sent to cannot have been paid; an intent may have been.
        query = f"metadata['attempt']:'{payment.idempotency_key}'"
        found = call(lambda c: c.v1.payment_intents.search({"query": query, "limit": 1})).data
        return stripe_objects.intent_outcome(found[0]) if found else None

    def refund(self, refund: Refund) -> RefundOutcome:
        try:
            params: Any = {
                "payment_intent": _intent_of(refund.payment),
                "amount": refund.amount,
                "metadata": {"refund_id": str(refund.pk)},
            }
            made = call(lambda c: c.v1.refunds.create(params, {"idempotency_key": refund.idempotency_key}))
        except GatewayRefused as error:
            return RefundOutcome(settled=False, failure=str(error))
        if made.status in ("failed", "canceled"):
            return RefundOutcome(settled=False, reference=made.id, failure=REFUND_REFUSED)
        return RefundOutcome(settled=True, reference=made.id)

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookNotice:
        header = headers.get(SIGNATURE_HEADER, "")
        if not any(_is_signed(body, header, secret) for secret in settings.STRIPE_WEBHOOK_SECRETS):
            raise BadWebhook("No live secret made this signature.")
        try:
            signatures.check_age(header, now=now)
            return stripe_objects.notice(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadWebhook(str(error)) from error


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    """Several secrets are live while one is being rolled over."""
    try:
        return bool(stripe.WebhookSignature.verify_header(body, header, secret))
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False


def _intent_of(payment: Payment) -> str:
    reference = payment.provider_reference
    if not reference.startswith(stripe_objects.SESSION):
        return reference
    session = call(lambda c: c.v1.checkout.sessions.retrieve(reference))
    return stripe_objects.id_of(session.payment_intent)


def _session_params(payment: Payment, return_url: str) -> Any:
    """The same for every try of an attempt, or Stripe would refuse the repeated key."""
    order = payment.order
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": payment.amount,
                    "product_data": {"name": order.number},
                },
            }
        ],
        "success_url": return_url,
        "cancel_url": return_url,
        "client_reference_id": order.number,
        "customer_email": order.email,
        "locale": _LOCALES.get(order.language, "auto"),
        "expires_at": int((payment.created_at + PAGE_OPEN).timestamp()),
        "metadata": _metadata(payment),
        # Without the payment's id: a card refused on Checkout's page can be tried again there.
        "payment_intent_data": {"metadata": {"order": order.number}},
    }


def _intent_params(payment: Payment, return_url: str, token: str) -> Any:
    return {
        "amount": payment.amount,
        "currency": payment.currency.lower(),
        "payment_method": token,
        "confirm": True,
        "return_url": return_url,
        "automatic_payment_methods": {"enabled": True},
        "metadata": _metadata(payment),
    }


def _metadata(payment: Payment) -> dict[str, str]:
    return {
        "order": payment.order.number,
        "payment_id": str(payment.pk),
        "attempt": payment.idempotency_key,
    }
