"""Where a sale goes, for its tax and its delivery, and who buys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """`country` is ISO 3166 alpha-2, `region` a US state's two letters; of downloads, where the buyer is.

    `vat_id` is a valid VAT id in its canonical form, or empty: with one, the buyer is a business.
    """

    country: str
    region: str = ""
    postal_code: str = ""
    vat_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """What a buyer says of themselves besides the address, as typed.

    `country` and `region` are where a buyer of downloads is; an address, where there is one, decides instead.
    """

    company: str = ""
    vat_id: str = ""
    country: str = ""
    region: str = ""
