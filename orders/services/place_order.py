"""From a cart to an order: priced afresh, then decided in one transaction that touches the stock rows last."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from accounts.domain import PostalAddress, postal_address
from catalog import queries as catalog
from catalog.domain import Freshness, Product
from catalog.services import renew_copies
from orders import deals, gift_cards, order_rows, promotion_uses, stock
from orders.carts import store
from orders.carts.cart import Caller, Cart, CartNotFound
from orders.carts.store import CartChanged
from orders.events import OrderPlaced
from orders.models import Order, OrderNote, Payment
from orders.pricing.destination import Buyer
from orders.pricing.offers import Offer, PriceMissing, ProductGone, offer
from orders.pricing.promotions import Refused
from orders.pricing.quote import Quote, is_physical, quote
from orders.pricing.shipping import CannotShip, UnknownShippingMethod
from orders.pricing.tax.vat_ids import Business
from orders.services.destinations import destination
from shopcloud.lib import observability, outbox, residency
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money
from shopcloud.lib.prepared import insert

log = structlog.get_logger()

NOBODY = Buyer()


class CartEmpty(Exception):
    """There is nothing in the cart."""

    def __str__(self) -> str:
        return _("Your cart is empty. Put something in before you check out.")


class TotalChanged(Exception):
    """The order would cost something else than the buyer was shown."""

    def __init__(self, total: Money):
        self.total = total
        super().__init__(total)

    def __str__(self) -> str:
        return _("The total is now %(total)s. Please look it over and confirm once more.") % {
            "total": self.total.format(get_language() or "en")
        }


class CodeNotApplied(Exception):
    """The cart holds a code that does not count, and nobody said that the higher total was seen."""

    def __init__(self, refused: Refused):
        self.refused = refused
        super().__init__(refused.code)

    def __str__(self) -> str:
        return str(self.refused)


# What the products may be to blame for, where they are not what the buyer was shown.
_SEEN_OTHERWISE = (ProductGone, PriceMissing, TotalChanged, CannotShip, UnknownShippingMethod)


@dataclass(frozen=True, slots=True)
class _Sale:
    """Everything the transaction writes, worked out before it begins."""

    cart: Cart
    market: Market
    email: str
    address: PostalAddress | None
    business: Business
    user: AbstractBaseUser | None
    offers: Sequence[Offer]
    quote: Quote
    customer: deals.Customer
    gift_parts: Sequence[gift_cards.Part]
    now: datetime

    @property
    def covered(self) -> int:
        """What gift cards pay."""
        return sum(part.amount for part in self.gift_parts)

    @property
    def due(self) -> Money:
        return self.quote.total - Money(self.covered, self.market.currency)


def place_order(
    *,
    cart_id: str,
    market: Market,
    email: str,
    address: Mapping[str, object] | None,
    shipping_method: str | None,
    buyer: Buyer = NOBODY,
    user: AbstractBaseUser | None = None,
    now: datetime,
    cart_version: int | None = None,
    seen_total: int | None = None,
    note: Callable[[str], None] = lambda _number: None,
) -> Order:
    """Order what is in the cart; the same version of a cart gives the same order, however often it is asked for.

    `email` is valid already. `address` has the fields of PostalAddress and may be empty where all is downloaded.
    `buyer` says for which company, and of downloads where, it is bought. `cart_version` and `seen_total` (minor units,
    after gift cards) are what the buyer saw. Without `shipping_method` the first on offer is taken. `note` is called
    with the order's number in the transaction that makes it, or once it is found to be there.

    Raises CartNotFound, CartEmpty, CartChanged, ProductGone, PriceMissing, InvalidAddress, InvalidBusiness, CannotShip,
    TotalChanged, UnknownShippingMethod, CodeNotApplied, UsedUp, GiftCardShort, OutOfStock; CatalogUnavailable when
    prices cannot be checked. Then nothing is changed.
    """
    cart = _cart(cart_id, cart_version)
    if isinstance(cart, Order):
        note(cart.number)
        observability.told_about(order_number=cart.number)
        return cart
    products = catalog.products_by_id((line.product_id for line in cart.lines), freshness=Freshness.STRONG)
    with _shown_when_refused(products):
        sale = _sale(cart, products, market, email, address, shipping_method, buyer, user, now)
        _agree(sale, seen_total)
    order = _commit(sale, note)
    observability.told_about(order_number=order.number)
    log.info("order.placed", lines=len(sale.offers), currency=order.currency)
    return order


def _commit(sale: _Sale, note: Callable[[str], None]) -> Order:
    empty = partial(_empty, sale.cart, sale.now)
    try:
        with residency.atomic():
            order = _write(sale, note)
            residency.on_commit(empty, robust=True)
    except IntegrityError as error:
        if "order_once_per_cart_version" not in str(error):
            raise
        # Another request was faster with this very cart: its order is the answer.
        order = Order.objects.get(cart_id=sale.cart.cart_id, cart_version=sale.cart.version)
        note(order.number)
        residency.on_commit(empty, robust=True)
    return order


@contextmanager
def _shown_when_refused(products: Mapping[str, Product]) -> Iterator[None]:
    """Shown old copies once more, the buyer would send again what is refused again."""
    try:
        yield
    except _SEEN_OTHERWISE:
        renew_copies(read=products.values())
        raise


def _agree(sale: _Sale, seen_total: int | None) -> None:
    """What is charged is what the buyer saw, or at least what the codes in the cart promise."""
    if seen_total is not None:
        if seen_total != sale.due.amount:
            raise TotalChanged(sale.due)
        return
    for refused in sale.quote.discounts.refused:
        raise CodeNotApplied(refused)
    usable = {part.card_hash for part in sale.gift_parts}
    for card in sale.cart.gift_cards:
        if card.card_hash not in usable:
            raise gift_cards.GiftCardShort(card.last4)


def _cart(cart_id: str, seen_version: int | None) -> Cart | Order:
    """The cart, or the order that was already made from the version the buyer saw."""
    try:
        cart = store.read(cart_id)
        refusal: Exception | None = None if cart.lines else CartEmpty()
        if refusal is None and seen_version not in (None, cart.version):
            refusal = CartChanged()
        if refusal is None:
            return cart
    except CartNotFound as error:
        refusal = error
    placed = None
    if seen_version is not None:
        placed = Order.objects.filter(cart_id=cart_id, cart_version=seen_version).first()
    if placed is None:
        raise refusal
    return placed


def _sale(
    cart: Cart,
    products: Mapping[str, Product],
    market: Market,
    email: str,
    address: Mapping[str, object] | None,
    shipping_method: str | None,
    buyer: Buyer,
    user: AbstractBaseUser | None,
    now: datetime,
) -> _Sale:
    offers = [offer(line, products.get(line.product_id), market) for line in cart.lines]
    postal = postal_address(address or {}) if is_physical(offers) or address else None
    to, business = destination(postal, buyer, market=market)
    customer = deals.Customer(user.pk if user else None, email)
    priced = quote(
        offers,
        market=market,
        destination=to,
        shipping_method=shipping_method,
        on=now.date(),
        deals=deals.sell(cart.codes, customer=customer, now=now),
    )
    cards = gift_cards.find((c.card_hash for c in cart.gift_cards), currency=market.currency, now=now)
    return _Sale(
        cart=cart,
        market=market,
        email=email,
        address=postal,
        business=business,
        user=user,
        offers=offers,
        quote=priced,
        customer=customer,
        gift_parts=gift_cards.share_out(cards, priced.totals.total),
        now=now,
    )


def _write(sale: _Sale, note: Callable[[str], None]) -> Order:
    order = _order(sale)
    insert(order)
    insert(*order_rows.lines(order, sale.offers, sale.quote))
    insert(Payment.intent(order, now=sale.now))
    OrderNote.write(order=order, text=gettext_noop("Order placed"), at=sale.now, for_customer=True)
    outbox.record(OrderPlaced(order_number=order.number))
    note(order.number)
    promotion_uses.take(order=order, applied=sale.quote.discounts.applied, customer=sale.customer.key, now=sale.now)
    gift_cards.spend(order=order, parts=sale.gift_parts, now=sale.now)
    # Last: a row lock lives until commit, and everybody wants the same few rows.
    stock.reserve(
        order_number=order.number,
        quantities={o.variant.sku: o.quantity for o in sale.offers if o.is_physical},
        titles={o.variant.sku: o.product.title for o in sale.offers},
        now=sale.now,
    )
    return order


def _order(sale: _Sale) -> Order:
    return Order(
        user_id=sale.user.pk if sale.user else None,
        email=sale.email,
        market=sale.market.code,
        language=sale.market.language,
        currency=sale.market.currency,
        **order_rows.sums(sale.quote),
        company=sale.business.company,
        vat_id_check=sale.business.check,
        gift_card=sale.covered,
        shipping_address=sale.address.as_dict() if sale.address else {},
        cart_id=sale.cart.cart_id,
        cart_version=sale.cart.version,
        placed_at=sale.now,
    )


def _empty(cart: Cart, now: datetime) -> None:
    """Empty the cart that became an order, unless the buyer put something in meanwhile."""
    try:
        store.clear(cart_id=cart.cart_id, now=now, version=cart.version, caller=Caller(cart.owner))
    except (CartChanged, CartNotFound):
        return
