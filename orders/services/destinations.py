"""From what a buyer typed to where the sale goes."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django_countries import countries

from accounts.domain import US_STATES, InvalidAddress, PostalAddress
from orders.pricing.destination import Buyer, Destination
from orders.pricing.tax.vat_ids import Business, InvalidBusiness, business
from shopcloud.lib.market import Market


class InvalidPlace(InvalidAddress):
    """Where the buyer of downloads is cannot be told; `errors` names `country` or `region`."""


def destination(
    address: PostalAddress | None, buyer: Buyer, *, market: Market, online: bool = True
) -> tuple[Destination, Business]:
    """Where the tax is due and the parcel goes, and the business that buys, if one does.

    Downloads go to no address: they are taxed where the buyer says to be, first of all in the market's own country.
    `online` False leaves a VAT id at its form. Raises InvalidPlace, InvalidBusiness.
    """
    if address is not None:
        country, region, postal_code = address.country, address.region, address.postal_code
    else:
        (country, region), postal_code = _declared(buyer, market), ""
    found = business(company=buyer.company, vat_id=buyer.vat_id, country=country, online=online)
    return Destination(country=country, region=region, postal_code=postal_code, vat_id=found.vat_id), found


def _declared(buyer: Buyer, market: Market) -> tuple[str, str]:
    country = buyer.country.strip().upper() or market.countries[0]
    region = buyer.region.strip().upper() if country == "US" else ""
    if country not in countries:
        raise InvalidPlace({"country": _("Choose a country from the list.")})
    if country == "US" and region not in US_STATES:
        raise InvalidPlace({"region": _("Choose a state.")})
    return country, region


def destination_so_far(typed: Mapping[str, str], *, market: Market, physical: bool) -> tuple[Destination, str]:
    """As `destination`, of a form that is still being filled in: what cannot be used yet counts as not typed.

    With a sentence about the VAT id, if there is one that is wrong.
    """
    is_served = typed["country"] in (market.countries if physical else countries)
    country = typed["country"] if is_served else market.countries[0]
    place = {
        "country": country,
        "region": typed["region"] if country == "US" else "",
        "postal_code": typed["postal_code"].strip() if physical else "",
    }
    try:
        found = business(company=typed["company"], vat_id=typed["vat_id"], country=country, online=False)
    except InvalidBusiness as invalid:
        return Destination(**place), str(invalid)
    return Destination(**place, vat_id=found.vat_id), ""
