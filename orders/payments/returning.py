"""Where a provider sends the buyer back to. The address is signed: an order's number alone opens nothing there."""

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "orders.payments.returning"


def return_path(number: str) -> str:
    """The path for the provider, good for this order alone."""
    return reverse("payment-return", args=[number, _signature(number)])


def is_ours(number: str, signature: str) -> bool:
    """Whether we gave this address to a provider; for any other, the order does not exist."""
    return constant_time_compare(_signature(number), signature)


def _signature(number: str) -> str:
    return salted_hmac(_SALT, number, algorithm="sha256").hexdigest()[:40]
