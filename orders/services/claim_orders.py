"""What a person ordered as a guest comes into their account, once they proved that the email address is theirs.

An address that is only claimed brings nothing: anybody can type it at sign-up.
"""

from django.db.models.functions import Lower

from accounts import queries as accounts
from orders.models import Order


def claim_orders(*, user_id: int) -> int:
    """Give a person the orders that were placed as a guest with a verified address of theirs; returns how many.

    An order that belongs to somebody stays theirs.
    """
    emails = accounts.verified_emails(user_id)
    if not emails:
        return 0
    nobodys = Order.objects.annotate(address=Lower("email")).filter(user__isnull=True, address__in=emails)
    return nobodys.exclude(status=Order.Status.DRAFT).update(user_id=user_id)


def claim_order(*, order_number: str) -> bool:
    """Give one order, placed by a guest, to the person who proved to own its address. False where there is none."""
    order = Order.objects.get(number=order_number)
    owner = None if order.user_id else accounts.verified_owner(order.email)
    if owner is None:
        return False
    return bool(Order.objects.filter(pk=order.pk, user__isnull=True).update(user_id=owner.pk))
