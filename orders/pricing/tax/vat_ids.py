"""A business's VAT id: its form, its check digits, its country, and if wished whether the Commission knows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from stdnum.eu import vat as stdnum
from stdnum.exceptions import ValidationError

from orders.pricing.tax import vies
from orders.pricing.tax.territories import EUROPEAN_UNION

# Where the prefix of a VAT id is not the country's code.
_PREFIXES = {"GR": "EL", "MC": "FR"}
LONGEST_COMPANY = 120


class InvalidBusiness(ValueError):
    """The company or its VAT id cannot be used; `errors` maps each field to a sentence that tells what to change."""

    def __init__(self, errors: Mapping[str, str]):
        self.errors = dict(errors)
        super().__init__("; ".join(self.errors.values()))


@dataclass(frozen=True, slots=True)
class Business:
    """`vat_id` in its canonical form, with what `check` found: "format", "vies" or "unanswered"; empty for a person."""

    company: str = ""
    vat_id: str = ""
    check: str = ""


def business(*, company: str, vat_id: str, country: str, online: bool = True) -> Business:
    """The buyer as a business in `country`. `online` False checks the form alone. Raises InvalidBusiness."""
    company, typed = " ".join(company.split()), vat_id.strip()
    if len(company) > LONGEST_COMPANY:
        raise InvalidBusiness({"company": _("Use %(count)d characters at most.") % {"count": LONGEST_COMPANY}})
    if not typed:
        return Business(company=company)
    if not company:
        raise InvalidBusiness({"company": _("Enter the company that the VAT id belongs to.")})
    found = _canonical(typed, country)
    return Business(company, found, _register(found) if online else vies.FORMAT)


def _canonical(typed: str, country: str) -> str:
    prefix = _PREFIXES.get(country, country)
    if country not in EUROPEAN_UNION | {"MC"}:
        raise InvalidBusiness(
            {"vat_id": _("A VAT id counts for deliveries within the European Union. Leave it empty here.")}
        )
    try:
        found = str(stdnum.validate(typed))
    except ValidationError:
        raise InvalidBusiness(
            {
                "vat_id": _("This is not a valid VAT id. It starts with %(prefix)s; check its digits.")
                % {"prefix": prefix}
            }
        ) from None
    if not found.startswith(prefix):
        raise InvalidBusiness(
            {
                "vat_id": _("This VAT id is of another country than the address. Here it starts with %(prefix)s.")
                % {"prefix": prefix}
            }
        )
    return found


def _register(vat_id: str) -> str:
    try:
        return vies.ask(vat_id)
    except vies.NotRegistered:
        raise InvalidBusiness(
            {"vat_id": _("The tax offices do not know this VAT id. Correct it, or leave it empty to pay with VAT.")}
        ) from None
    except vies.NoAnswer:
        raise InvalidBusiness(
            {"vat_id": _("This VAT id cannot be checked just now. Try again later, or leave it empty to pay with VAT.")}
        ) from None
