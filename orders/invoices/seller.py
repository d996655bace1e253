"""Who sells, as it stands on invoices."""

from dataclasses import dataclass

from django.conf import settings

EU = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"}
    | {"LV", "MC", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
)


@dataclass(frozen=True, slots=True)
class Seller:
    """`vat_id` is the one for the country of delivery; empty where none is needed, as in the United States."""

    name: str
    address: list[str]
    vat_id: str
    registration: str
    email: str


def seller_for(country: str) -> Seller:
    """The shop from the settings, with its VAT id for goods delivered to `country` (ISO 3166)."""
    ids = dict(entry.partition(":")[::2] for entry in settings.SHOP_VAT_IDS)
    return Seller(
        name=settings.SHOP_LEGAL_NAME,
        address=list(settings.SHOP_ADDRESS),
        vat_id=ids.get(country) or (ids.get("EU", "") if country in EU else ""),
        registration=settings.SHOP_REGISTRATION,
        email=settings.SHOP_EMAIL,
    )
