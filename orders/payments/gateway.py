"""The payment port: what the shop asks of a provider, and the only words in which a provider may answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol

from django.conf import settings

from orders.models import Payment, Refund
from shopcloud.lib.resilience import TierUnavailable

Status = Payment.Status


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

    `status` is PENDING, REQUIRES_ACTION (send the buyer to `redirect_url`), CAPTURED or FAILED (`failure` says why,
    in words for the buyer). `reference` is the provider's own id.
    """

    status: Payment.Status
    reference: str = ""
    redirect_url: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """`settled` is False where the provider said no; `failure` then says why."""

    settled: bool
    reference: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class WebhookNotice:
    """A verified event. `payment_id` and `outcome` are None where it is not about a payment of ours."""

    event_id: str
    kind: str
    payment_id: int | None = None
    outcome: Outcome | None = None


class Gateway(Protocol):
    """One provider. Each call has bounded waits; each write sends the row's idempotency key, so it may be repeated."""

    name: str

    def start(self, payment: Payment, *, return_url: str, token: str | None = None) -> Outcome:
        """Begin to collect `payment`: at once with a `token`, else on the provider's page at `redirect_url`.

        Raises GatewayUnavailable, GatewayRefused. A declined card is an Outcome, not an error.
        """

    def fetch(self, payment: Payment) -> Outcome | None:
        """How the payment stands at the provider; None where the provider has never heard of it."""

    def refund(self, refund: Refund) -> RefundOutcome:
        """Give `refund.amount` back. Raises GatewayUnavailable."""

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookNotice:
        """The event in a webhook's `body`, once its signature and age are proved. Raises BadWebhook."""


_GATEWAYS = {
    "sandbox": "orders.payments.sandbox_gateway:SandboxGateway",
    "stripe": "orders.payments.stripe_gateway:StripeGateway",
}


def gateway(name: str | None = None) -> Gateway:
    """The gateway called `name`, by default the one new payments use (`PAYMENT_GATEWAY`). Raises UnknownGateway."""
    name = name or settings.PAYMENT_GATEWAY
    try:
        module, _, cls = _GATEWAYS[name].partition(":")
    except KeyError:
        raise UnknownGateway(name) from None
    made: Gateway = getattr(import_module(module), cls)()
    return made
