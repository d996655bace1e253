"""What a cart line can be bought for now: its product, variant and price in a market's currency."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import Kind, Product, Variant
from orders.carts.cart import CartLine
from orders.pricing.tax.port import Goods, TaxRate
from orders.pricing.totals import Item
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money


class ProductGone(Exception):
    """The product was archived or removed, or no longer has this SKU."""

    def __init__(self, sku: str, title: str = ""):
        self.sku, self.title = sku, title
        super().__init__(sku)

    def __str__(self) -> str:
        return _("%(title)s is no longer for sale. Remove it to go on.") % {"title": self.title or self.sku}


class PriceMissing(Exception):
    """The SKU has no price in the market's currency."""

    def __init__(self, sku: str, title: str, currency: str):
        self.sku, self.title, self.currency = sku, title, currency
        super().__init__(sku)

    def __str__(self) -> str:
        return _("%(title)s is not sold in %(currency)s. Remove it to go on.") % {
            "title": self.title,
            "currency": self.currency,
        }


@dataclass(frozen=True, slots=True)
class Offer:
    """`quantity` of a variant at `price` each; `options` are the variant's, each in the words that the buyer reads."""

    product: Product
    variant: Variant
    quantity: int
    price: Money
    options: Mapping[str, str]

    @property
    def is_physical(self) -> bool:
        return self.product.kind is Kind.PHYSICAL

    @property
    def total(self) -> Money:
        return self.price * self.quantity

    @property
    def label(self) -> str:
        """Which variant it is: "Eiche / Groß"."""
        return " / ".join(self.options.values())

    @property
    def image(self) -> str:
        """The storage key of the picture that shows this variant; empty where the product has none."""
        images = self.product.images
        index = self.variant.image or 0
        return images[index if index < len(images) else 0].key if images else ""

    @property
    def goods(self) -> Goods:
        return Goods(self.product.tax_class, self.product.kind, self.price)

    def item(self, tax: TaxRate) -> Item:
        return Item(self.variant.sku, self.quantity, self.price.amount, tax.rate, tax.jurisdiction)


def offer(line: CartLine, product: Product | None, market: Market) -> Offer:
    """In the words of the market. Raises ProductGone or PriceMissing, which name the line."""
    product = product.in_language(market.language) if product else None
    if product is None or not product.is_active:
        raise ProductGone(line.sku, product.title if product else "")
    variant = product.variant(line.sku)
    if variant is None:
        raise ProductGone(line.sku, product.title)
    price = variant.price(market.currency)
    if price is None:
        raise PriceMissing(line.sku, product.title, market.currency)
    return offered(product, variant, line.quantity, price, market)


def offered(product: Product, variant: Variant, quantity: int, price: Money, market: Market) -> Offer:
    """At whatever price; `product` is in the words of the market already. Never raises."""
    return Offer(product, variant, quantity, price, catalog.options_in(product, variant, market.language))
