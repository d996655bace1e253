"""What orders know of a person, and how it is forgotten: the books keep every sum, and nobody's name.

A person here is their id, None for a guest, and their email addresses in lower case.
"""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import F, Q, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat, Lower

from orders.carts import mirror, store
from orders.models import (
    Draft,
    Invoice,
    Mailing,
    Order,
    OrderLine,
    OrderNote,
    PaymentOperation,
    Refund,
    ReturnRequest,
    SavedCart,
    StockAlert,
)
from shopcloud.lib import ids, redis, residency
from shopcloud.lib.observability import tier

NOBODY = "erased.invalid"
_BATCH = 200
# What books need to know of where a sale was taxed; nobody lives there alone.
_KEPT_OF_ADDRESS = ("country", "region")


def orders_of(user_id: int | None, emails: Collection[str]) -> "list[Order]":
    """Every order of the person's, also those they placed as a guest and drafts made for them."""
    return list(Order.objects.filter(_theirs(user_id, emails)).order_by("pk"))


def has_open_orders(user_id: int | None, emails: Collection[str]) -> bool:
    """Whether something is still to be paid, sent, taken back or refunded."""
    states = (Order.Status.AWAITING_PAYMENT, Order.Status.PAID)
    coming = (*ReturnRequest.OPEN, ReturnRequest.Status.RECEIVED)
    theirs = Order.objects.filter(_theirs(user_id, emails))
    if theirs.filter(status__in=states).exists():
        return True
    numbers = theirs.values("pk")
    return (
        ReturnRequest.objects.filter(order__in=numbers, status__in=coming).exists()
        or Refund.objects.filter(payment__order__in=numbers, status=Refund.Status.CREATED).exists()
        or PaymentOperation.objects.filter(payment__order__in=numbers, status=PaymentOperation.Status.CREATED).exists()
    )


def marks_of(user_id: int | None, emails: Collection[str]) -> set[str]:
    """The texts of the person's orders that give them away."""
    found: set[str] = set()
    for order in orders_of(user_id, emails):
        address = order.shipping_address
        found |= {order.email.lower(), *(str(address.get(name, "")) for name in ("name", "line1"))}
    return found


def products_of(user_id: int | None, emails: Collection[str]) -> list[str]:
    """The products the person ever ordered."""
    lines = OrderLine.objects.filter(order__in=Order.objects.filter(_theirs(user_id, emails)).values("pk"))
    return sorted(set(lines.values_list("product_id", flat=True)))


def invoices_of(user_id: int | None, emails: Collection[str]) -> int:
    """How many invoices and credit notes tax law has us keep as they were issued."""
    return Invoice.objects.filter(order__in=Order.objects.filter(_theirs(user_id, emails)).values("pk")).count()


def erase_orders(user_id: int | None, emails: Collection[str]) -> int:
    """Take the person out of their orders, a bounded number in each transaction; returns out of how many."""
    done = 0
    while batch := list(Order.objects.filter(_theirs(user_id, emails)).values_list("pk", flat=True)[:_BATCH]):
        with residency.atomic():
            _erase(batch)
        done += len(batch)
    return done


def erase_carts(user_id: int | None, emails: Collection[str]) -> int:
    """The person's cart in Redis, then its copy: killed in between, the copy still tells which cart it was."""
    cart_id = mirror.cart_id_of_person(user_id) if user_id is not None else None
    if user_id is None or cart_id is None:
        return 0
    with tier("cache"):
        redis.store().delete(store.key(cart_id))
        redis.store().zrem(store.expiries(), cart_id)
    return SavedCart.objects.filter(user_id=user_id).delete()[0]


def erase_alerts(user_id: int | None, emails: Collection[str]) -> int:
    """The products somebody waits for, by account and by address."""
    by_account = Q(user_id=user_id) if user_id is not None else Q(pk__in=())
    return StockAlert.objects.filter(by_account | Q(email__in=list(emails))).delete()[0]


def _erase(batch: list[int]) -> None:
    rows = Order.objects.select_for_update().filter(pk__in=batch).order_by("pk")
    for order in rows:
        order.shipping_address = {
            name: order.shipping_address[name] for name in _KEPT_OF_ADDRESS if order.shipping_address.get(name)
        }
        # The link in old mails opens nothing any more.
        order.access_token = ids.secret_token()
        if not order.reverse_charge:
            order.company = order.vat_id = ""
    Order.objects.bulk_update(rows, ["shipping_address", "access_token", "company", "vat_id"])
    OrderNote.objects.filter(order__in=batch).update(text="")
    ReturnRequest.objects.filter(order__in=batch).update(reason="", answer="")
    Draft.objects.filter(order__in=batch).update(message="")
    Mailing.objects.filter(order__in=batch).delete()
    Refund.objects.filter(payment__order__in=batch).update(reason="")
    # Last, for by the address and the account the orders are found.
    Order.objects.filter(pk__in=batch).update(
        user=None, email=Concat(Value("order-"), Cast(F("pk"), CharField()), Value(f"@{NOBODY}"))
    )


def _theirs(user_id: int | None, emails: Collection[str]) -> Q:
    """By the account, and of guests' orders by the address: both are indexed."""
    guests = Q(pk__in=Order.objects.alias(lower=Lower("email")).filter(user=None, lower__in=list(emails)).values("pk"))
    return reduce(or_, [guests, *([Q(user_id=user_id)] if user_id is not None else [])])
