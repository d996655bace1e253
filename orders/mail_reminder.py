"""The mail that tells somebody what waits in their cart, in their language, with a way to end such mails."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import queries as accounts
from accounts.queries import Purpose, Recipient
from orders.mail import contact_address
from orders.pricing.priced_cart import PricedLine
from shopcloud.lib.market import Market


def compose(*, recipient: Recipient, lines: Sequence[PricedLine], market: Market) -> EmailMultiAlternatives:
    """Plain text with an HTML alternative; its headers let mail programs offer one click to end it (RFC 8058)."""
    with translation.override(market.language):
        stop = accounts.unsubscribe_url(user_id=recipient.user_id, purpose=Purpose.CART_REMINDERS)
        context: dict[str, Any] = {
            "lines": lines,
            "cart_url": settings.PUBLIC_URL + reverse("cart"),
            "unsubscribe_url": stop,
            "shop_url": settings.PUBLIC_URL + reverse("home"),
            "contact": contact_address(),
            "language": market.language,
        }
        message = EmailMultiAlternatives(
            subject=_("Something waits in your cart"),
            body=render_to_string("orders/mail/cart_reminder.txt", context),
            to=[recipient.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )
        message.attach_alternative(render_to_string("orders/mail/cart_reminder.html", context), "text/html")
    return message
