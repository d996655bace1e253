"""What the shop asks of Stripe for a payment. The same for every try, or Stripe would refuse the repeated key."""

from datetime import timedelta
from typing import Any

from orders.models import Payment

# Longer than an order waits for its money, so that a page is never open for an order that is gone by much.
PAGE_OPEN = timedelta(minutes=65)
_LOCALES = {"en": "en", "en-gb": "en-GB", "de": "de", "fr": "fr"}


def session_params(payment: Payment, return_url: str) -> Any:
    """Of a Checkout Session, Stripe's own page."""
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
        "payment_intent_data": {
            "capture_method": _capture_method(payment),
            # Not as `payment_id`: a card refused on Checkout's page can be tried again there.
            "metadata": {"order": order.number, "session_payment_id": str(payment.pk)},
        },
    }


def intent_params(payment: Payment, return_url: str, token: str) -> Any:
    """Of a PaymentIntent that is confirmed at once with the payment method a client brings."""
    return {
        "amount": payment.amount,
        "currency": payment.currency.lower(),
        "payment_method": token,
        "confirm": True,
        "capture_method": _capture_method(payment),
        "return_url": return_url,
        "automatic_payment_methods": {"enabled": True},
        "metadata": _metadata(payment),
    }


def _capture_method(payment: Payment) -> str:
    return "manual" if payment.manual_capture else "automatic"


def _metadata(payment: Payment) -> dict[str, str]:
    return {
        "order": payment.order.number,
        "payment_id": str(payment.pk),
        "attempt": payment.idempotency_key,
    }
