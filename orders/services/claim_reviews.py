"""What a person said of products as a guest comes into their account with their orders, and stays there whatever
address the account has later."""

from functools import partial

from django.db.models.functions import Lower

from accounts import queries as accounts
from catalog import services as catalog
from orders.models import Order, OrderLine


def claim_reviews(*, user_id: int) -> None:
    """Give the person what was said and voted for under their addresses: what was said of their own orders, and where
    they proved the address also what is nobody else's. Safe to repeat.

    Raises ReviewMoved, CatalogUnavailable.
    """
    buyer = accounts.reviewer(user_id)
    if buyer is None:
        return
    bought = sorted(set(OrderLine.objects.filter(order__user_id=user_id).values_list("product_id", flat=True)))
    typed = set(Order.objects.filter(user_id=user_id).values_list(Lower("email"), flat=True))
    proved = accounts.verified_emails(user_id)
    for email in (*proved, *sorted(typed.difference(proved))):
        is_proved = email in proved
        is_theirs = partial(_is_theirs, user_id, is_proved)
        catalog.claim_reviews(email=email, buyer=buyer, bought=bought, is_theirs=is_theirs, votes=is_proved)


def _is_theirs(user_id: int, is_proved: bool, purchase: str) -> bool:
    owner = Order.objects.filter(number=purchase).values_list("user_id", flat=True).first()
    return owner == user_id or (is_proved and owner is None)
