"""Why a code does not count, in words for the buyer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shopcloud.lib.money import Money


class Reason(StrEnum):
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    NOT_HERE = "not_here"
    MINIMUM = "minimum"
    NOT_FOR_THESE = "not_for_these"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"
    FIRST_ORDER_ONLY = "first_order_only"
    NOT_COMBINABLE = "not_combinable"
    NOTHING_TO_TAKE_OFF = "nothing_to_take_off"
    UNCHECKED = "unchecked"


# Another cart may still make them count: such a code may wait in the cart.
MAY_STILL_COUNT = frozenset({Reason.MINIMUM, Reason.NOT_FOR_THESE, Reason.NOT_COMBINABLE, Reason.NOTHING_TO_TAKE_OFF})


WORDS = {
    Reason.UNKNOWN: _("We do not know the code %(code)s. Check how it is spelled."),
    Reason.EXPIRED: _("The code %(code)s has expired."),
    Reason.NOT_YET: _("The code %(code)s is valid from %(day)s."),
    Reason.NOT_HERE: _("The code %(code)s is not valid in this shop's country or currency."),
    Reason.MINIMUM: _("Add goods for %(missing)s more to use the code %(code)s."),
    Reason.NOT_FOR_THESE: _("The code %(code)s is not for the items in your cart."),
    Reason.USED_UP: _("The code %(code)s is used up."),
    Reason.USED_BY_YOU: _("You have used the code %(code)s already."),
    Reason.FIRST_ORDER_ONLY: _("The code %(code)s is for a first order."),
    Reason.NOT_COMBINABLE: _("The code %(code)s cannot be combined with “%(instead)s”, which saves you more."),
    Reason.NOTHING_TO_TAKE_OFF: _("There is nothing left that the code %(code)s could take off."),
    Reason.UNCHECKED: _("We cannot check the code %(code)s at the moment. Try again in a minute."),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A code that does not count. `missing` is what the basket lacks for its minimum, `instead` the offer that won."""

    code: str
    reason: Reason
    missing: Money | None = None
    starts_at: datetime | None = None
    instead: str = ""

    def __str__(self) -> str:
        return str(WORDS[self.reason]) % {
            "code": self.code,
            "missing": self.missing.format(get_language() or "en") if self.missing else "",
            "day": date_format(self.starts_at, "DATE_FORMAT") if self.starts_at else "",
            "instead": self.instead,
        }
