"""A promotion in one sentence, for staff to check what they entered: "10 % off lighting from 50.00 USD"."""

from django.utils.translation import gettext as _

from orders.pricing.promotions.rules import Amounts, Kind, Rule, Scope
from shopcloud.lib.money import Money


def sentence(rule: Rule) -> str:
    """What it takes off, of what, from which basket, for whom."""
    parts = [_offer(rule), _reach(rule)]
    if rule.minimums:
        parts.append(_("from %(amounts)s") % {"amounts": _amounts(rule.minimums)})
    if rule.markets:
        parts.append(_("in %(markets)s") % {"markets": ", ".join(rule.markets)})
    if rule.first_order_only:
        parts.append(_("on a first order"))
    elif rule.per_customer is not None:
        parts.append(_("at most %(times)d times per customer") % {"times": rule.per_customer})
    parts.append(_("by itself") if rule.is_automatic else _("with a code"))
    return " ".join(part for part in parts if part)


def _offer(rule: Rule) -> str:
    match rule.kind:
        case Kind.PERCENT:
            return _("%(percent)s %% off") % {"percent": f"{rule.percent:f}".rstrip("0").rstrip(".")}
        case Kind.FIXED:
            return _("%(amounts)s off") % {"amounts": _amounts(rule.amounts)}
        case Kind.FREE_SHIPPING:
            return _("Free delivery with")
        case Kind.BUY_X_GET_Y:
            share = _("free") if rule.percent == 100 else f"−{rule.percent:f} %".replace(".00", "")
            return _("Buy %(buy)d, get %(get)d %(share)s of") % {"buy": rule.buy, "get": rule.get, "share": share}


def _reach(rule: Rule) -> str:
    return _("everything") if rule.scope is Scope.ALL else ", ".join(rule.targets)


def _amounts(amounts: Amounts) -> str:
    return " / ".join(str(Money(amount, currency)) for currency, amount in amounts)
