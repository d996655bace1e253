"""Addresses as the post wants them: what each country requires, checked once for forms, REST and checkout alike."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django_countries import countries

US_STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
    "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont", "VA": "Virginia", "WA": "Washington",
    "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip

# Countries without an entry take any postal code, also none.
POSTAL_CODES = {
    "US": re.compile(r"\d{5}(?:-\d{4})?"),
    "GB": re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"),
    "DE": re.compile(r"\d{5}"),
    "FR": re.compile(r"\d{5}"),
    "MC": re.compile(r"980\d{2}"),
    "ES": re.compile(r"\d{5}"),
    "IT": re.compile(r"\d{5}"),
    "AT": re.compile(r"\d{4}"),
    "BE": re.compile(r"\d{4}"),
    "LU": re.compile(r"\d{4}"),
    "NL": re.compile(r"\d{4} ?[A-Z]{2}"),
    "BG": re.compile(r"\d{4}"),
    "CY": re.compile(r"\d{4}"),
    "CZ": re.compile(r"\d{3} ?\d{2}"),
    "DK": re.compile(r"\d{4}"),
    "EE": re.compile(r"\d{5}"),
    "FI": re.compile(r"\d{5}"),
    "GR": re.compile(r"\d{3} ?\d{2}"),
    "HR": re.compile(r"\d{5}"),
    "HU": re.compile(r"\d{4}"),
    "LT": re.compile(r"(?:LT-)?\d{5}"),
    "LV": re.compile(r"(?:LV-)?\d{4}"),
    "MT": re.compile(r"[A-Z]{3} ?\d{4}"),
    "PL": re.compile(r"\d{2}-\d{3}"),
    "PT": re.compile(r"\d{4}-\d{3}"),
    "RO": re.compile(r"\d{6}"),
    "SE": re.compile(r"\d{3} ?\d{2}"),
    "SI": re.compile(r"(?:SI-)?\d{4}"),
    "SK": re.compile(r"\d{3} ?\d{2}"),
    "IE": re.compile(r"[AC-FHKNPRTV-Y]\d[\dW] ?[\dAC-FHKNPRTV-Y]{4}"),
}
LENGTHS = {"name": 120, "line1": 120, "line2": 120, "city": 80, "postal_code": 20, "region": 40}
REQUIRED = ("name", "line1", "city", "country")
# Line breaks, what turns the writing direction and other controls have no place on a parcel label or in a mail header.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class InvalidAddress(ValueError):
    """`errors` maps each field to a sentence that tells what to change."""

    def __init__(self, errors: Mapping[str, str]):
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {text}" for name, text in self.errors.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """`country` is ISO 3166 alpha-2, `region` a US state's two letters or a free text elsewhere."""

    name: str
    line1: str
    city: str
    country: str
    line2: str = ""
    postal_code: str = ""
    region: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The address as it is written on a parcel in its country."""
        town = f"{self.postal_code} {self.city}".strip()
        if self.country in {"US", "CA", "AU"}:
            town = f"{self.city}, {self.region} {self.postal_code}".strip(" ,")
        elif self.country in {"GB", "IE"}:
            town = f"{self.city}\n{self.postal_code}".strip()
        country = str(countries.name(self.country) or self.country)
        return [line for line in (self.name, self.line1, self.line2, *town.split("\n"), country) if line]


def postal_address(values: Mapping[str, object], *, allowed: Collection[str] | None = None) -> PostalAddress:
    """The address in `values`, trimmed and checked by its country's rules.

    `allowed` limits the countries to those we ship to. Raises InvalidAddress with every error at once.
    """
    fields = {name: str(values.get(name) or "").strip() for name in (*LENGTHS, "country")}
    fields["country"] = fields["country"].upper()
    fields["postal_code"] = fields["postal_code"].upper()
    errors = _errors(fields, allowed)
    if fields["country"] == "US":
        fields["region"] = _state(fields["region"])
        if not fields["region"]:
            errors.setdefault("region", _("Choose a state."))
    if errors:
        raise InvalidAddress(errors)
    return PostalAddress(**fields)


def _errors(fields: dict[str, str], allowed: Collection[str] | None) -> dict[str, str]:
    errors = {name: _("This field is required.") for name in REQUIRED if not fields[name]}
    for name, longest in LENGTHS.items():
        if len(fields[name]) > longest:
            errors[name] = _("Use %(count)d characters at most.") % {"count": longest}
        elif _CONTROL.search(fields[name]):
            errors[name] = _("Use letters, digits and punctuation only.")
    country = fields["country"]
    if country and country not in countries:
        errors["country"] = _("Choose a country from the list.")
    elif country and allowed is not None and country not in allowed:
        errors["country"] = _("We do not deliver to this country from this shop.")
    pattern = POSTAL_CODES.get(country)
    if pattern and not pattern.fullmatch(fields["postal_code"]):
        errors.setdefault("postal_code", _("This is not a postal code of the chosen country."))
    return errors


def _state(region: str) -> str:
    """The two letters of a US state given by code or by name; empty if there is none."""
    if region.upper() in US_STATES:
        return region.upper()
    return next((code for code, name in US_STATES.items() if name.lower() == region.lower()), "")
