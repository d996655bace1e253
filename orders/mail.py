"""Mails about an order, in the order's language, as text and HTML, each sent once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from orders import mail_subjects
from orders.models import DownloadGrant, Mailing, Order, OrderLine
from shopcloud.lib.money import Money

# A claim older than this belongs to a worker that died before it could say whether it sent the mail.
CLAIM = timedelta(minutes=10)
SUBJECTS = {
    "confirmation": _("Your order %(number)s"),
    "shipment": _("Your order %(number)s is on its way"),
    "cancellation": _("Your order %(number)s was cancelled"),
    "refund": _("Your refund for order %(number)s"),
    "order_link": _("Your link to order %(number)s"),
}
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Download:
    """A link in a mail: `url` opens the page where the file is fetched, once."""

    title: str
    url: str
    expires_at: datetime


def contact_address() -> str:
    """The address that answers buyers' questions."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def send_order_mail(*, order_number: str, kind: str, now: datetime, occasion: str = "", **about: int | None) -> bool:
    """Send one mail of SUBJECTS' kinds about an order; False if it was sent before or is being sent.

    `about` names the one thing it tells of, where an order may have several: `refund_id`, `fulfilment_id` or
    `return_id`. A kind that may be asked for again is sent once per `occasion`. If sending fails the claim is given up, so that the next try may send it.
    """
    order = Order.objects.get(number=order_number)
    claim_kind = "-".join([kind, *(str(pk) for pk in about.values() if pk)]) + (f"~{occasion}" if occasion else "")
    mailing = _claim(order=order, kind=claim_kind, now=now)
    if mailing is None:
        return False
    try:
        compose(order=order, kind=kind, **about).send()
    except Exception:
        mailing.delete()
        raise
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=now)
    log.info("mail.sent", kind=kind, order_number=order.number)
    return True


def compose(*, order: Order, kind: str, **about: int | None) -> EmailMultiAlternatives:
    """The mail as it goes out: plain text with an HTML alternative."""
    with translation.override(order.language):
        context = _context(order) | mail_subjects.context(order, **about)
        message = EmailMultiAlternatives(
            subject=str(SUBJECTS[kind]) % {"number": order.number},
            body=render_to_string(f"orders/mail/{kind}.txt", context),
            to=[order.email],
            # Out-of-office programs do not answer these.
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string(f"orders/mail/{kind}.html", context), "text/html")
    return message


def _claim(*, order: Order, kind: str, now: datetime) -> Mailing | None:
    mailing, is_new = Mailing.objects.get_or_create(order=order, kind=kind, defaults={"claimed_at": now})
    if is_new:
        return mailing
    abandoned = Q(sent_at__isnull=True, claimed_at__lt=now - CLAIM)
    taken_over = Mailing.objects.filter(abandoned, pk=mailing.pk).update(claimed_at=now)
    return mailing if taken_over else None


def _context(order: Order) -> dict[str, Any]:
    lines = list(order.lines.order_by("pk"))
    is_sent = any(not line.is_digital for line in lines)
    return {
        "order": order,
        "lines": [_line(order, line) for line in lines],
        "sums": {name: order.money(getattr(order, name)) for name in ("subtotal", "shipping", "tax", "total")},
        "discount": order.money(order.discount) if order.discount else None,
        "address": address_lines(order.shipping_address) if is_sent else [],
        "downloads": _downloads(order),
        "order_url": order_link(order),
        "shop_url": settings.PUBLIC_URL + reverse("home"),
        "contact": contact_address(),
        "language": translation.get_language(),
    }


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    total: Money = order.money(line.total)
    return {
        "title": line.title,
        "options": " / ".join(line.options.values()),
        "quantity": line.quantity,
        "total": total,
    }


def _downloads(order: Order) -> list[Download]:
    if order.status == Order.Status.CANCELLED:
        return []
    grants = DownloadGrant.objects.filter(line__order=order, redeemed_at__isnull=True).select_related("line")
    return [
        Download(
            title=g.line.title, url=settings.PUBLIC_URL + reverse("download", args=[g.token]), expires_at=g.expires_at
        )
        for g in grants.order_by("line_id")
    ]


def order_link(order: Order) -> str:
    """The order page in the active language, open to whoever has this link."""
    return f"{settings.PUBLIC_URL}{reverse('order', args=[order.number])}?key={order.access_token}"


def address_lines(address: dict[str, str]) -> list[str]:
    """An address as it stands on a parcel, without empty lines; the country by its name."""
    if not address:
        return []
    town = " ".join(filter(None, [address.get("city"), address.get("region"), address.get("postal_code")]))
    country = str(countries.name(address.get("country", "")) or "")
    return [x for x in (address.get("name"), address.get("line1"), address.get("line2"), town, country) if x]
