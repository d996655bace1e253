"""What Stripe's objects mean to the shop."""

from typing import Any

import stripe
from django.utils.translation import gettext_noop

from orders.models import Refund
from orders.payments.gateway import Outcome, RefundOutcome, Status, WebhookNotice

SESSION = "cs_"
PAGE_EXPIRED = gettext_noop("The payment page was open too long.")
CANCELLED = gettext_noop("The payment was cancelled.")
DECLINED = gettext_noop("The card was declined.")
FAILED = gettext_noop("The payment failed.")
REFUND_REFUSED = gettext_noop("The refund was refused by the card's bank.")
_INTENT_EVENTS = frozenset(
    f"payment_intent.{name}"
    for name in (
        "succeeded",
        "amount_capturable_updated",
        "payment_failed",
        "canceled",
        "processing",
        "requires_action",
    )
)
# The events of a Checkout page's intent that say how its money ended; the others are about tries on that page.
_SESSION_INTENT_EVENTS = frozenset(
    {"payment_intent.succeeded", "payment_intent.amount_capturable_updated", "payment_intent.canceled"}
)
_REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
_REFUND_STATUS = {
    "succeeded": Refund.Status.SUCCEEDED,
    "failed": Refund.Status.FAILED,
    "canceled": Refund.Status.FAILED,
}
_DISPUTES = {
    "charge.dispute.created": gettext_noop("The buyer disputes the charge at their bank"),
    "charge.dispute.closed": gettext_noop("The dispute was closed"),
}


def session_outcome(session: Any) -> Outcome:
    """From a Checkout Session, as the SDK's object or an event's JSON."""
    reference = session["id"]
    intent = _get(session, "payment_intent")
    if session["payment_status"] in ("paid", "no_payment_required"):
        # From now on its intent is what is refunded, disputed and looked up.
        return Outcome(status=Status.CAPTURED, reference=id_of(intent) if intent else reference)
    if session["status"] == "expired":
        return Outcome(status=Status.FAILED, reference=reference, failure=PAGE_EXPIRED)
    if session["status"] == "open":
        return Outcome(status=Status.REQUIRES_ACTION, reference=reference, redirect_url=session["url"] or "")
    if intent and not isinstance(intent, str) and intent["status"] in ("requires_capture", "succeeded", "canceled"):
        return intent_outcome(intent)
    # Complete, but by a method that takes days to pay; or authorised, which its intent's own event tells.
    return Outcome(status=Status.PENDING, reference=reference)


def intent_outcome(intent: Any) -> Outcome:
    """From a PaymentIntent, as the SDK's object or an event's JSON."""
    reference, status = intent["id"], intent["status"]
    if status == "succeeded":
        return Outcome(status=Status.CAPTURED, reference=reference, captured=_get(intent, "amount_received"))
    if status == "requires_capture":
        return Outcome(status=Status.AUTHORISED, reference=reference)
    if status == "requires_action":
        action = _get(intent, "next_action")
        redirect = _get(action, "redirect_to_url") if action else None
        url = (_get(redirect, "url") or "") if redirect else ""
        return Outcome(status=Status.REQUIRES_ACTION, reference=reference, redirect_url=url)
    if status == "canceled":
        # What was authorised is let go; what was not, has failed.
        return Outcome(status=Status.VOIDED, reference=reference, failure=CANCELLED)
    if status == "requires_payment_method":
        error = _get(intent, "last_payment_error")
        failure = (_get(error, "message") if error else None) or DECLINED
        return Outcome(status=Status.FAILED, reference=reference, failure=failure)
    return Outcome(status=Status.PENDING, reference=reference)


def refund_outcome(refund: Any) -> RefundOutcome:
    """From a Refund, as the SDK's object or an event's JSON; some are on their way for days."""
    status = _REFUND_STATUS.get(refund["status"], Refund.Status.CREATED)
    failure = REFUND_REFUSED if status == Refund.Status.FAILED else ""
    return RefundOutcome(status=status, reference=refund["id"], failure=failure)


def declined_outcome(error: stripe.CardError) -> Outcome:
    """From the answer 402 to a confirmed intent."""
    intent = _get(error.error, "payment_intent") if error.error else None
    return Outcome(
        status=Status.FAILED, reference=intent["id"] if intent else "", failure=error.user_message or DECLINED
    )


def notice(event: dict[str, Any]) -> WebhookNotice:
    """From a verified event. Events that are not about a payment of ours carry no outcome."""
    event_id, kind, subject = event["id"], event["type"], event["data"]["object"]
    if kind in _REFUND_EVENTS:
        refund_id = _number(subject, "refund_id")
        told = refund_outcome(subject) if refund_id else None
        return WebhookNotice(event_id, kind, refund_id=refund_id, refund=told)
    if kind in _DISPUTES:
        intent = subject.get("payment_intent")
        return WebhookNotice(event_id, kind, reference=id_of(intent) if intent else "", dispute=_DISPUTES[kind])
    payment_id = _number(subject, "payment_id")
    if payment_id is None and kind in _SESSION_INTENT_EVENTS:
        payment_id = _number(subject, "session_payment_id")
    return WebhookNotice(event_id, kind, payment_id, _payment_outcome(kind, subject) if payment_id else None)


def _payment_outcome(kind: str, subject: dict[str, Any]) -> Outcome | None:
    if kind == "checkout.session.async_payment_failed":
        return Outcome(status=Status.FAILED, reference=subject["id"], failure=FAILED)
    if kind.startswith("checkout.session."):
        return session_outcome(subject)
    return intent_outcome(subject) if kind in _INTENT_EVENTS else None


def _number(subject: dict[str, Any], name: str) -> int | None:
    """Our own number for a thing, as it was sent along in its metadata."""
    text = str((subject.get("metadata") or {}).get(name, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def id_of(expandable: Any) -> str:
    """The id of a reference that Stripe sends as a string, or as an object where it was expanded."""
    return expandable if isinstance(expandable, str) else str(expandable["id"])


def _get(thing: Any, name: str) -> Any:
    """A field that may be absent, of the SDK's object or of JSON."""
    return thing[name] if name in thing else None  # noqa: SIM401 - the SDK's objects have no get()
