"""What of an order its buyer may review, and how what they said stands."""

from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog import queries as catalog
from orders.models import Order, OrderLine
from shopcloud.lib.resilience import TierUnavailable

# Of one product, looked through for one that was sent.
MOST_ORDERS = 50
_STATES = frozenset({"pending", "published", "rejected"})


class NothingToReview(LookupError):
    """The order holds no such product, or none of it was sent, or all of it was paid back."""


class NotABuyer(LookupError):
    """The person has no order that lets them review the product."""

    def __str__(self) -> str:
        return _("Only people who bought this here and received it can review it.")


@dataclass(frozen=True, slots=True)
class Reviewable:
    """A product of the order. `state` is how its review stands: pending, published or rejected; "" without one."""

    line: OrderLine
    state: str = ""


def reviewable(order: Order) -> list[OrderLine]:
    """The lines whose products the buyer has and kept, one line a product: sent, and not paid back as a whole."""
    if not order.paid_at or order.status == Order.Status.CANCELLED:
        return []
    lines = [line for line in order.lines.all() if line.fulfilled and not _is_paid_back(line)]
    return list({line.product_id: line for line in reversed(lines)}.values())[::-1]


def line_to_review(order: Order, product_id: str) -> OrderLine:
    """Raises NothingToReview."""
    for line in reviewable(order):
        if line.product_id == product_id:
            return line
    raise NothingToReview(product_id)


def order_to_review(*, user_id: int, product_id: str) -> Order:
    """The last order of the person that lets them review the product. Raises NotABuyer."""
    holding = OrderLine.objects.filter(order__user_id=user_id, product_id=product_id).values("order_id")
    orders = Order.objects.filter(pk__in=holding).select_related("user").prefetch_related("lines")
    for order in orders.order_by("-pk")[:MOST_ORDERS]:
        with suppress(NothingToReview):
            line_to_review(order, product_id)
            return order
    raise NotABuyer


def reviewer_of(order: Order) -> str:
    """What stands for the buyer: the same person has one review of a product, over all their orders and addresses."""
    return str(order.user.reviewer) if order.user else order.email


def with_reviews(order: Order) -> list[tuple[OrderLine, Reviewable | None]]:
    """Every line of the order with its review, None where none can be written. While the catalog is away nobody knows
    how a review stands, and the order is shown all the same.
    """
    offered = reviewable(order)
    known: dict[str, catalog.SpokenReview] = {}
    if offered:
        with suppress(TierUnavailable):
            known = catalog.spoken_reviews((line.product_id for line in offered), buyer=reviewer_of(order))
    shown = {line.pk: Reviewable(line, _state(known.get(line.product_id))) for line in offered}
    return [(line, shown.get(line.pk)) for line in order.lines.all()]


def _is_paid_back(line: OrderLine) -> bool:
    # What was cancelled was paid back as well.
    return line.refunded >= line.quantity or line.returned >= line.fulfilled


def _state(said: catalog.SpokenReview | None) -> str:
    return str(said.status) if said and said.status in _STATES else ""
