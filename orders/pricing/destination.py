"""Where a sale goes, for its tax and its delivery."""

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
