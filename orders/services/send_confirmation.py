"""A buyer who lost the confirmation is sent it once more."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from orders.events import ConfirmationRequested
from orders.models import Mailing, Order, OrderNote
from shopcloud.lib import outbox


class NothingToConfirm(Exception):
    """The order is not paid, or was cancelled."""

    def __str__(self) -> str:
        return _("Only an order that is paid has a confirmation to send.")


@transaction.atomic
def send_confirmation(*, order: Order, now: datetime, author: AbstractBaseUser | None = None) -> None:
    """Have the confirmation mailed again. Raises NothingToConfirm."""
    if order.status not in (Order.Status.PAID, Order.Status.FULFILLED):
        raise NothingToConfirm
    # The claim of the first mail is what keeps a second one from going out.
    Mailing.objects.filter(order=order, kind="confirmation", sent_at__isnull=False).delete()
    OrderNote.write(order=order, text="Confirmation sent again", at=now, author=author)
    outbox.record(ConfirmationRequested(order_number=order.number))
