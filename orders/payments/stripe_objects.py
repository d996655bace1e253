"""What Stripe's objects mean to the shop."""

from typing import Any

import stripe
from django.utils.translation import gettext_noop

from orders.payments.gateway import Outcome, Status, WebhookNotice

SESSION = "cs_"
PAGE_EXPIRED = gettext_noop("The payment page was open too long.")
CANCELLED = gettext_noop("The payment was cancelled.")
DECLINED = gettext_noop("The card was declined.")
FAILED = gettext_noop("The payment failed.")
_INTENT_EVENTS = frozenset(
    f"payment_intent.{name}" for name in ("succeeded", "payment_failed", "canceled", "processing", "requires_action")
)


def session_outcome(session: Any) -> Outcome:
    """From a Checkout Session, as the SDK's object or an event's JSON."""
    reference = session["id"]
    if session["payment_status"] in ("paid", "no_payment_required"):
        return Outcome(status=Status.CAPTURED, reference=reference)
    if session["status"] == "expired":
        return Outcome(status=Status.FAILED, reference=reference, failure=PAGE_EXPIRED)
    if session["status"] == "open":
        return Outcome(status=Status.REQUIRES_ACTION, reference=reference, redirect_url=session["url"] or "")
    # Complete, but by a method that takes days to pay.
    return Outcome(status=Status.PENDING, reference=reference)


def intent_outcome(intent: Any) -> Outcome:
    """From a PaymentIntent, as the SDK's object or an event's JSON."""
    reference, status = intent["id"], intent["status"]
    if status == "succeeded":
        return Outcome(status=Status.CAPTURED, reference=reference)
    if status == "requires_action":
        action = _get(intent, "next_action")
        redirect = _get(action, "redirect_to_url") if action else None
        url = (_get(redirect, "url") or "") if redirect else ""
        return Outcome(status=Status.REQUIRES_ACTION, reference=reference, redirect_url=url)
    if status == "canceled":
        return Outcome(status=Status.FAILED, reference=reference, failure=CANCELLED)
    if status == "requires_payment_method":
        error = _get(intent, "last_payment_error")
        failure = (_get(error, "message") if error else None) or DECLINED
        return Outcome(status=Status.FAILED, reference=reference, failure=failure)
    return Outcome(status=Status.PENDING, reference=reference)


def declined_outcome(error: stripe.CardError) -> Outcome:
    """From the answer 402 to a confirmed intent."""
    intent = _get(error.error, "payment_intent") if error.error else None
    return Outcome(
        status=Status.FAILED, reference=intent["id"] if intent else "", failure=error.user_message or DECLINED
    )


def notice(event: dict[str, Any]) -> WebhookNotice:
    """From a verified event. Events that are not about an attempt of ours carry no outcome."""
    kind, subject = event["type"], event["data"]["object"]
    payment_id = (subject.get("metadata") or {}).get("payment_id", "")
    if not payment_id.isascii() or not payment_id.isdigit():
        return WebhookNotice(event["id"], kind)
    if kind == "checkout.session.async_payment_failed":
        outcome = Outcome(status=Status.FAILED, reference=subject["id"], failure=FAILED)
    elif kind.startswith("checkout.session."):
        outcome = session_outcome(subject)
    elif kind in _INTENT_EVENTS:
        outcome = intent_outcome(subject)
    else:
        return WebhookNotice(event["id"], kind)
    return WebhookNotice(event["id"], kind, int(payment_id), outcome)


def id_of(expandable: Any) -> str:
    """The id of a reference that Stripe sends as a string, or as an object where it was expanded."""
    return expandable if isinstance(expandable, str) else str(expandable["id"])


def _get(thing: Any, name: str) -> Any:
    """A field that may be absent, of the SDK's object or of JSON."""
    return thing[name] if name in thing else None  # noqa: SIM401 - the SDK's objects have no get()
