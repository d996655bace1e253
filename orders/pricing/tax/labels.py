"""A tax in words: "VAT 19 % DE", "CA sales tax 7.25 %"."""

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

_US = "US-"


def tax_label(jurisdiction: str, rate: Decimal) -> str:
    """In the active language; empty where no tax is collected."""
    if not jurisdiction:
        return ""
    percent = number_format((rate * 100).normalize() if rate else Decimal(0), use_l10n=True)
    if jurisdiction.startswith(_US):
        return _("%(state)s sales tax %(percent)s %%") % {"state": jurisdiction.removeprefix(_US), "percent": percent}
    return _("VAT %(percent)s %% %(country)s") % {"percent": percent, "country": jurisdiction[:2]}
