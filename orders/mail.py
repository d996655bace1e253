"""Mails about an order, in the order's language, as text and HTML. `orders.mailings` sends each one once."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from orders import mail_subjects
from orders.models import DownloadGrant, Order, OrderLine
from shopcloud.lib.money import Money

SUBJECTS = {
    "confirmation": _("Your order %(number)s"),
    "shipment": _("Your order %(number)s is on its way"),
    "cancellation": _("Your order %(number)s was cancelled"),
    "return_approved": _("Your return for order %(number)s"),
    "return_declined": _("About your return for order %(number)s"),
    "refund": _("Your refund for order %(number)s"),
    "note": _("A message about your order %(number)s"),
    "payment_request": _("Please pay your order %(number)s"),
    "order_link": _("Your link to order %(number)s"),
    "review_published": _("Your review of %(title)s is published"),
    "review_rejected": _("About your review of %(title)s"),
    "review_replied": _("We have answered your review of %(title)s"),
}
_SUMS = ("subtotal", "shipping", "tax", "total", "gift_card", "due")


@dataclass(frozen=True, slots=True)
class Download:
    """A link in a mail: `url` opens the page where the file is fetched, once."""

    title: str
    url: str
    expires_at: datetime


def contact_address() -> str:
    """The address that answers buyers' questions."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def compose(*, order: Order, kind: str, about: int | None = None, occasion: str = "") -> EmailMultiAlternatives:
    """The mail of one of SUBJECTS' kinds as it goes out: plain text with an HTML alternative.

    `about` is the id of the one thing it tells of, where an order may have several: a refund, a parcel, a return.
    Raises NoLongerTrue where there is nothing left to tell.
    """
    with translation.override(order.language):
        context = _context(order) | mail_subjects.context(order, kind, about, occasion)
        subject = str(SUBJECTS[kind]) % {"number": order.number, "title": context.get("product_title", "")}
        message = EmailMultiAlternatives(
            # A product's title may hold what must not stand in a header.
            subject=" ".join(subject.split()),
            body=render_to_string(f"orders/mail/{kind}.txt", context),
            to=[context.get("to", order.email)],
            # Out-of-office programs do not answer these.
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string(f"orders/mail/{kind}.html", context), "text/html")
    return message


def _context(order: Order) -> dict[str, Any]:
    lines = list(order.lines.order_by("pk"))
    is_sent = any(not line.is_digital for line in lines)
    return {
        "order": order,
        "lines": [_line(order, line) for line in lines],
        "sums": {name: order.money(getattr(order, name)) for name in _SUMS},
        "reductions": order.reductions,
        "address": order.address_lines if is_sent else [],
        "downloads": _downloads(order),
        "order_url": order_link(order),
        "invoice_url": order_link(order, "order-invoice"),
        "shop_url": settings.PUBLIC_URL + reverse("home"),
        "contact": contact_address(),
        "language": translation.get_language(),
    }


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    total: Money = order.money(line.total)
    return {
        "title": line.title,
        "options": line.variant_label,
        "quantity": line.quantity,
        "total": total,
    }


def _downloads(order: Order) -> list[Download]:
    if order.status == Order.Status.CANCELLED:
        return []
    grants = DownloadGrant.objects.filter(
        line__order=order, redeemed_at__isnull=True, revoked_at__isnull=True
    ).select_related("line")
    return [
        Download(
            title=g.line.title, url=settings.PUBLIC_URL + reverse("download", args=[g.token]), expires_at=g.expires_at
        )
        for g in grants.select_related("line").order_by("line_id")
    ]


def order_link(order: Order, page: str = "order") -> str:
    """The order's page, or another of its pages, in the active language, open to whoever has this link."""
    return f"{settings.PUBLIC_URL}{reverse(page, args=[order.number])}?key={order.access_token}"
