"""A guest who lost the link to an order is sent it once more.

A number stands on every parcel and an email address is no secret, so knowing both opens nothing here: the link goes to
the order's own mailbox, which only its owner reads. The answer is the same whether there is such an order or not, and
takes the same time: the wish alone is written down, and a worker looks for the order later.
"""

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from orders.events import OrderLookedUp
from orders.models import Order
from shopcloud.lib import ids, outbox, residency, throttle

_SALT = "orders.lookup"
# By the one who asks, and by the order: nobody may try numbers out, or fill another person's mailbox.
PER_CLIENT = {"most": 20, "seconds": 3600}
PER_NUMBER = {"most": 4, "seconds": 3600}
# What people read out of Crockford's alphabet: it has no letter O, I or L.
_MISREAD = str.maketrans("OIL", "011")


class TooManyLookups(Exception):
    """Too many links were asked for, by this client or for this number."""

    wait = 3600

    def __str__(self) -> str:
        return _("Too many tries in a short time. Look into your mailbox first, or try again in an hour.")


def look_up_order(*, number: str, email: str, client: str) -> None:
    """Have the link to an order mailed to its own address, if `email` is that address. Tells nobody whether it is.

    `client` is where the wish comes from. Raises TooManyLookups; redis.Unavailable while nobody counts.
    """
    wanted = spelled(number)
    if not (
        throttle.within(f"lookup:client:{client}", **PER_CLIENT)
        and throttle.within(f"lookup:number:{wanted}", **PER_NUMBER)
    ):
        raise TooManyLookups
    # Where the number says, whether there is such an order or not: nobody learns that from what happens here.
    with residency.within(residency.of_order(wanted)):
        outbox.record(OrderLookedUp(order_number=wanted, email_digest=_digest(email), occasion=ids.code(10)))


def order_meant(*, number: str, email_digest: str) -> Order | None:
    """The order that a lookup meant; None where there is none, or it belongs to another address."""
    order = Order.shown().filter(number=number).first()
    if order is None or not constant_time_compare(_digest(order.email), email_digest):
        return None
    return order


def spelled(number: str) -> str:
    """The number as we write it, from what a person typed: `sc 7k3f-92qx` -> `SC-7K3F92QX`."""
    letters = "".join(c for c in number.upper() if c.isascii() and c.isalnum()).removeprefix("SC")
    return f"SC-{letters.translate(_MISREAD)}"[:20]


def _digest(email: str) -> str:
    return salted_hmac(_SALT, email.strip().lower(), algorithm="sha256").hexdigest()
