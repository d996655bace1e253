"""The shop's own format of products: what its columns are called. A table has one row for each variant; what belongs to
the product as a whole stands in its first row. JSON Lines have one object for each product, under the same names.
"""

from catalog.domain import LANGUAGES, TEXT_LIMITS
from shopcloud.lib.market import markets

# The product's id: a file with this column is of our own format.
ID = "shopcloud_product"
TEXTS = ("slug", "title", "brand", "category", "kind", "status", "product_type", "tax_class", "description",
         "seo_title", "seo_description", "download")  # fmt: skip
TRANSLATED = {f"{name}_{language}": (language, name) for language in LANGUAGES for name in TEXT_LIMITS}
PRODUCT = ("rank", "featured", "attributes", "images", "model", *TEXTS, *TRANSLATED)
PRICE = "price_"
OTHER_PRICES = "other_prices"
VARIANTS = "variants"


def price_columns() -> tuple[str, ...]:
    """One for each currency that the markets sell in; prices in others stand together in OTHER_PRICES."""
    return tuple(PRICE + currency for currency in sorted({market.currency for market in markets().values()}))


def variant_columns() -> tuple[str, ...]:
    return ("sku", "options", *price_columns(), OTHER_PRICES, "weight_grams", "barcode", "variant_image")


def header() -> tuple[str, ...]:
    """Of a table, in the order that staff read it in."""
    first = ("title", "category", "status")
    rest = tuple(name for name in PRODUCT if name not in first)
    return (ID, *first, *variant_columns(), *rest)
