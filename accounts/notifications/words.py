"""Notifications as texts: the kinds there are, and what each says of its facts in the active language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from shopcloud.lib.market import Market
from shopcloud.lib.money import Money


class Kind(TextChoices):
    """What happens to a person. `facts` of an order's kinds hold its `order` number, of a product's the `titles` by
    language, `slug` and `product`; a refund has `amount` and `currency`, a price drop `prices`, each currency's before
    and after.
    """

    ORDER_PAID = "order_paid", _("Your payment arrived")
    ORDER_SHIPPED = "order_shipped", _("A parcel is on its way")
    ORDER_CANCELLED = "order_cancelled", _("An order was cancelled")
    ORDER_REFUNDED = "order_refunded", _("Money goes back to you")
    RETURN_APPROVED = "return_approved", _("A return was approved")
    RETURN_DECLINED = "return_declined", _("A return was declined")
    REVIEW_PUBLISHED = "review_published", _("A review of yours was published")
    REVIEW_REJECTED = "review_rejected", _("A review of yours was not published")
    REVIEW_REPLIED = "review_replied", _("The shop answered a review of yours")
    BACK_IN_STOCK = "back_in_stock", _("A product on your wishlist is back")
    PRICE_DROP = "price_drop", _("A product on your wishlist costs less")


@dataclass(frozen=True, slots=True)
class Words:
    """What a notification says. `path` leads to what it tells of; empty where that is nowhere to be seen."""

    title: str
    text: str
    path: str
    icon: str


_SAID = {
    Kind.ORDER_PAID: (
        _("Order %(order)s is paid"),
        _("Your payment arrived. Your order tells what comes next."),
        "check",
    ),
    Kind.ORDER_SHIPPED: (_("Order %(order)s is on its way"), _("A parcel has left our house."), "truck"),
    Kind.ORDER_CANCELLED: (_("Order %(order)s was cancelled"), _("Nothing of it will be sent any more."), "close"),
    Kind.ORDER_REFUNDED: (_("Refund for order %(order)s"), _("%(sum)s goes back the way you paid."), "return"),
    Kind.RETURN_APPROVED: (
        _("Your return for order %(order)s is approved"),
        _("The order's page says where to send it."),
        "return",
    ),
    Kind.RETURN_DECLINED: (
        _("We cannot take back what you returned of order %(order)s"),
        _("The order's page says why."),
        "info",
    ),
    Kind.REVIEW_PUBLISHED: (_("Your review of %(title)s is published"), _("Thank you for telling others."), "check"),
    Kind.REVIEW_REJECTED: (
        _("We did not publish your review of %(title)s"),
        _("Our mail to you says why. You can change it and send it again."),
        "info",
    ),
    Kind.REVIEW_REPLIED: (_("We answered your review of %(title)s"), _("The answer stands below it."), "mail"),
    Kind.BACK_IN_STOCK: (_("%(title)s is back"), _("You can buy it again, while there is some."), "box"),
    Kind.PRICE_DROP: (_("%(title)s costs less now"), _("It is on your wishlist."), "heart"),
}
_ONTO_CARD = _("What you paid with a gift card is back on it.")
_NEW_PRICE = _("%(now)s instead of %(was)s.")


def words(kind: str, facts: Mapping[str, Any], *, market: Market) -> Words:
    """The text of a notification, for a reader in `market`. A kind that a newer release made says only what it is."""
    if kind not in Kind.values:
        return Words(kind.replace("_", " ").capitalize(), "", "", "info")
    title, text, icon = _SAID[Kind(kind)]
    values = _values(facts, market)
    if kind == Kind.PRICE_DROP and "now" in values:
        text = _NEW_PRICE
    if kind == Kind.ORDER_REFUNDED and "sum" not in values:
        text = _ONTO_CARD
    return Words(str(title) % values, str(text) % values, path_of(facts), icon)


def path_of(facts: Mapping[str, Any]) -> str:
    """The page of the order or product, in the active language's market."""
    try:
        if "order" in facts:
            return reverse("order", args=[facts["order"]])
        return reverse("product", args=[facts["slug"], facts["product"]]) if "product" in facts else ""
    except NoReverseMatch:
        return ""


def _values(facts: Mapping[str, Any], market: Market) -> dict[str, str]:
    titles = facts.get("titles", {})
    values = {
        "order": str(facts.get("order", "")),
        "title": str(titles.get(market.language) or titles.get(market.language[:2]) or titles.get("en", "")),
    }
    if "amount" in facts:
        values["sum"] = Money(facts["amount"], facts["currency"]).format(market.language)
    if prices := facts.get("prices"):
        # Who moved to another market since they wished for it is told in which currency it costs less.
        currency = market.currency if market.currency in prices else next(iter(prices))
        was, now = (Money(amount, currency).format(market.language) for amount in prices[currency])
        values |= {"was": was, "now": now}
    return values
