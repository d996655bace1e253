"""What a mail says of the review that its reader wrote: published, refused with the reason, or answered by the shop."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from catalog import queries as catalog
from catalog.domain import Freshness
from catalog.services import ReviewStatus, SpokenReview
from orders.models import Order, OrderLine

KINDS = ("review_published", "review_rejected", "review_replied")


class NoLongerTrue(Exception):
    """What a mail was to tell does not hold any more: it is not sent."""


def line_of(*, order_number: str, product_id: str) -> OrderLine | None:
    """The first line of the order with the product."""
    return OrderLine.objects.filter(order__number=order_number, product_id=product_id).order_by("pk").first()


def context(order: Order, kind: str, *, line_id: int, occasion: str) -> dict[str, Any]:
    """`occasion` names the review and its version. Raises NoLongerTrue where it was withdrawn, changed or erased
    meanwhile; CatalogUnavailable.
    """
    line = OrderLine.objects.get(pk=line_id, order=order)
    review_id, _dot, version = occasion.rpartition(".")
    said = catalog.said_review(line.product_id, review_id)
    if said is None or not _holds(said, kind, int(version)):
        raise NoLongerTrue
    return {"to": order.user.email if order.user else order.email, "said": said, **_product(line)}


def _holds(said: SpokenReview, kind: str, version: int) -> bool:
    if kind == "review_rejected":
        return said.status is ReviewStatus.REJECTED and said.version == version
    if said.status is not ReviewStatus.PUBLISHED:
        return False
    # An answer of the shop's, or a correction of it, leaves the buyer's words as they are published.
    return kind == "review_published" or bool(said.review.reply)


def _product(line: OrderLine) -> dict[str, str]:
    """As the shop calls it now, in the active language; its page's reviews, if it has a page."""
    product = catalog.products_by_id([line.product_id], freshness=Freshness.CACHED).get(line.product_id)
    if product is None or not product.is_active:
        return {"product_title": line.title, "reviews_url": ""}
    shown = product.in_language(translation.get_language() or "")
    path = reverse("product", args=[shown.slug, shown.product_id])
    return {"product_title": shown.title, "reviews_url": f"{settings.PUBLIC_URL}{path}#reviews"}
