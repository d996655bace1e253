"""Calls to Stripe: one client per process, a pinned API version, bounded waits, errors in the port's words."""

from collections.abc import Callable
from functools import cache
from typing import TypeVar

import stripe
from django.conf import settings

from orders.payments.gateway import GatewayRefused, GatewayUnavailable
from shopcloud.lib.resilience import CircuitOpen, breaker

# The shapes this adapter reads are those of this version; a newer SDK must not change them unasked.
API_VERSION = "2026-10-28.endive"
CONNECT_SECONDS = 1.0
READ_SECONDS = 3.5
Result = TypeVar("Result")

# Nobody knows whether these were carried out.
_UNKNOWN = (stripe.APIConnectionError, stripe.RateLimitError, stripe.IdempotencyError)


def client() -> stripe.StripeClient:
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@cache
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base},
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        # The buyer is waiting: a second try is the reconciler's, with the same key.
        max_network_retries=0,
    )


def call(request: Callable[[stripe.StripeClient], Result]) -> Result:
    """Run one request. Raises GatewayUnavailable, GatewayRefused, or stripe.CardError where the card was declined."""
    if not settings.STRIPE_SECRET_KEY:
        raise GatewayRefused("STRIPE_SECRET_KEY is not set. Set it, or choose another PAYMENT_GATEWAY.")
    try:
        answer = breaker("stripe").call(_answer, request)
    except CircuitOpen as error:
        raise GatewayUnavailable("Stripe has not been answering; it is left alone for a few seconds.") from error
    if isinstance(answer, stripe.CardError):
        raise answer
    if isinstance(answer, stripe.StripeError):
        raise GatewayRefused(answer.user_message or str(answer)) from answer
    return answer


def _answer(request: Callable[[stripe.StripeClient], Result]) -> "Result | stripe.StripeError":
    """The result, or the error by which Stripe answered: only silence may open the circuit."""
    try:
        return request(client())
    except _UNKNOWN as error:
        raise GatewayUnavailable(f"Stripe gave no answer: {type(error).__name__}") from error
    except stripe.StripeError as error:
        if (error.http_status or 500) >= 500:
            raise GatewayUnavailable(f"Stripe failed with {error.http_status}.") from error
        return error
