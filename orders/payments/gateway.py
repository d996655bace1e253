"""The payment port: what the shop asks of a provider, and the only words in which a provider may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Protocol

from django.conf import settings

from orders.models import Payment, PaymentOperation, Refund
from shopcloud.lib.resilience import TierUnavailable

Status = Payment.Status
# How long a card's bank keeps its word; what was not captured by then is let go.
AUTHORISATION_LASTS = timedelta(days=7)


class GatewayUnavailable(TierUnavailable):
    """The provider did not answer in time, so nobody knows whether it acted: ask again later, with the same key."""


class GatewayRefused(Exception):
    """The provider answered that our request is wrong; asking again the same way will not help."""


class BadWebhook(ValueError):
    """A webhook that is unsigned, forged, too old or not understood; answered 400."""


class UnknownGateway(LookupError):
    def __str__(self) -> str:
        return f"{self.args[0]!r} is not a payment gateway. Use one of: {', '.join(sorted(_GATEWAYS))}."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider says of a payment now.

    `status` is PENDING, REQUIRES_ACTION (send the buyer to `redirect_url`), AUTHORISED, CAPTURED (`captured` minor
    units, None for the whole amount), VOIDED (what was authorised is let go) or FAILED (`failure` says why, in words
    for the buyer). `reference` is the provider's own id, empty where the answer brings no new one.
    """

    status: Payment.Status
    reference: str = ""
    redirect_url: str = ""
    failure: str = ""
    captured: int | None = None


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """`status` is CREATED while the money is still on its way, else SUCCEEDED or FAILED; `failure` then says why."""

    status: Refund.Status
    reference: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class WebhookNotice:
    """A verified event: `outcome` of the payment `payment_id`, `refund` of the refund `refund_id`, or a `dispute` of
    the payment the provider calls `reference`. All are None or empty where it is about nothing of ours."""

    event_id: str
    kind: str
    payment_id: int | None = None
    outcome: Outcome | None = None
    refund_id: int | None = None
    refund: RefundOutcome | None = None
    reference: str = ""
    dispute: str = ""


class Gateway(Protocol):
    """One provider. Each call has bounded waits; each write sends the row's idempotency key, so it may be repeated."""

    name: str
    title: str

    def start(self, payment: Payment, *, return_url: str, token: str | None = None) -> Outcome:
        """Begin to collect `payment`: at once with a `token`, else on the provider's page at `redirect_url`.
        Where `payment.manual_capture`, the money is only authorised.

        Raises GatewayUnavailable, GatewayRefused. A declined card is an Outcome, not an error.
        """

    def fetch(self, payment: Payment) -> Outcome | None:
        """How the payment stands at the provider; None where the provider has never heard of it."""

    def capture(self, operation: PaymentOperation) -> Outcome:
        """Take `operation.amount` of its authorised payment and let the rest go.

        Raises GatewayUnavailable; GatewayRefused where it cannot be captured (any more).
        """

    def void(self, operation: PaymentOperation) -> Outcome:
        """Let the whole authorised payment go. Raises as `capture`."""

    def refund(self, refund: Refund) -> RefundOutcome:
        """Give `refund.amount` back, or say how one stands that was asked for before. Raises GatewayUnavailable."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookNotice:
        """The event in a webhook's `body`, once its signature and age are proved. Raises BadWebhook."""


_GATEWAYS = {
    "sandbox": "orders.payments.sandbox_gateway:SandboxGateway",
    "stripe": "orders.payments.stripe_gateway:StripeGateway",
}


def offered() -> dict[str, str]:
    """What buyers may pay with: names of gateways with their titles, the one asked at checkout first."""
    return {name: gateway(name).title for name in settings.PAYMENT_GATEWAYS}


def gateway(name: str | None = None) -> Gateway:
    """The gateway called `name`, by default the one new payments use (`PAYMENT_GATEWAY`). Raises UnknownGateway."""
    name = name or settings.PAYMENT_GATEWAY
    try:
        module, _, cls = _GATEWAYS[name].partition(":")
    except KeyError:
        raise UnknownGateway(name) from None
    made: Gateway = getattr(import_module(module), cls)()
    return made
