"""What of an order its buyer may review, and how what they said stands."""

from collections.abc import Iterable
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
    """A product of the order. `state` is how its review stands: pending, published or rejected; "" without one. Where
    nothing is left of it (not `may_write`) a review can only be withdrawn.
    """

    line: OrderLine
    state: str = ""
    may_write: bool = True


def reviewable(order: Order) -> list[OrderLine]:
    """The lines whose products the buyer has and kept, one line a product: sent, and not paid back as a whole."""
    if not order.paid_at or order.status == Order.Status.CANCELLED:
        return []
    return _one_a_product(line for line in order.lines.all() if line.fulfilled and not _is_paid_back(line))


def sent(order: Order) -> list[OrderLine]:
    """The lines of which a review may stand, whatever became of them since, one line a product."""
    return _one_a_product(line for line in order.lines.all() if line.fulfilled)


def _one_a_product(lines: Iterable[OrderLine]) -> list[OrderLine]:
    first: dict[str, OrderLine] = {}
    for line in lines:
        first.setdefault(line.product_id, line)
    return list(first.values())


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
    """Every line of the order with its review, None where there is none and none can be written. While the catalog is
    away nobody knows how a review stands, and the order is shown all the same.
    """
    open_lines, sent_lines = reviewable(order), sent(order)
    known: dict[str, catalog.SpokenReview] = {}
    if sent_lines:
        with suppress(TierUnavailable):
            known = catalog.spoken_reviews((line.product_id for line in sent_lines), buyer=reviewer_of(order))
    states = {product_id: _state(said) for product_id, said in known.items()}
    offered = {line.product_id for line in open_lines}
    over = [line for line in sent_lines if line.product_id not in offered and states.get(line.product_id)]
    shown = {line.pk: Reviewable(line, states.get(line.product_id, "")) for line in open_lines}
    shown |= {line.pk: Reviewable(line, states[line.product_id], may_write=False) for line in over}
    return [(line, shown.get(line.pk)) for line in order.lines.all()]


def _is_paid_back(line: OrderLine) -> bool:
    # What was cancelled was paid back as well.
    return line.refunded >= line.quantity or line.returned >= line.fulfilled


def _state(said: catalog.SpokenReview) -> str:
    return str(said.status) if said.status in _STATES else ""
