"""Promotions, coupons and gift cards for the tests of orders."""

from decimal import Decimal

from orders.models import Coupon, Promotion
from orders.services.cart_codes import add_code
from orders.services.issue_gift_card import Issued, issue_gift_card
from shopcloud.lib import snapshot
from shopcloud.lib.money import Money
from shopcloud.markets import US
from tests.orders.goods import NOW


def promotion(**changes) -> Promotion:
    """10 % off everything, for everybody."""
    made = Promotion.objects.create(**{"name": "Ten off", "percent": Decimal(10), **changes})
    snapshot.forget_all()
    return made


def coupon(code: str = "WELCOME10", *, limit: int | None = None, **changes) -> Coupon:
    """A code for 10 % off everything."""
    made = promotion(**{"name": "Welcome", "automatic": False, **changes})
    return Coupon.objects.create(code=code, promotion=made, limit=limit)


def gift_card(amount: int = 5000, currency: str = "USD", **changes) -> Issued:
    return issue_gift_card(value=Money(amount, currency), now=NOW, **changes)


def enter(cart_id: str, code: str, *, market=US, customer=None) -> str:
    """The cart, with the code in it."""
    add_code(cart_id=cart_id, code=code, market=market, customer=customer, now=NOW)
    return cart_id
