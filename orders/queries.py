"""Reads of carts and orders."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import InterfaceError, OperationalError
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from catalog import queries as catalog
from catalog.domain import Product
from orders import deals, gift_cards, stock
from orders.carts import store
from orders.carts.cart import STRANGER, Caller, Cart, CartNotFound
from orders.deals import Customer
from orders.models import (
    Fulfilment,
    GiftCard,
    Invoice,
    Order,
    OrderDiscount,
    OrderLine,
    OrderNote,
    Payment,
    Refund,
    ReturnRequest,
    StockItem,
)
from orders.pricing.destination import Destination
from orders.pricing.offers import Offer
from orders.pricing.priced_cart import PricedCart, priced_lines
from orders.pricing.promotions import apply, basket_of
from orders.pricing.quote import parcel_of
from orders.pricing.shipping import CannotShip, ShippingMethod, shipping_methods
from orders.tariffs import ZONES
from shopcloud.lib import prepared, replica
from shopcloud.lib.market import Market
from shopcloud.lib.money import Money
from shopcloud.lib.snapshot import SnapshotUnavailable

PAGE_SIZE = 20


class OrderNotFound(LookupError):
    """No such order, or none this reader may see."""

    def __str__(self) -> str:
        return _("There is no such order, or it belongs to someone else.")


class ReturnNotFound(LookupError):
    """The order has no such return."""

    def __str__(self) -> str:
        return _("This order has no such return.")


class BadCursor(ValueError):
    """The cursor is not one of ours."""

    def __str__(self) -> str:
        return _("This page link is broken. Start again from the first page.")


class DocumentNotFound(LookupError):
    """The order has no such document."""

    def __str__(self) -> str:
        return _("This order has no such invoice or credit note.")


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, newest first, with their lines. `next` is the cursor of the following page, None at the end."""

    orders: list[Order]
    next: str | None


def sku_owners(skus: Iterable[str]) -> dict[str, str]:
    """The product that each of these SKUs with stock belongs to."""
    return dict(StockItem.objects.filter(sku__in=list(skus)).values_list("sku", "product_id"))


def cart(cart_id: str, *, caller: Caller = STRANGER) -> Cart:
    """Raises CartNotFound, also for a cart that is not the caller's."""
    found = store.read(cart_id)
    if not caller.may_use(found.owner):
        raise CartNotFound(cart_id)
    return found


def priced_cart(
    cart_id: str, *, market: Market, now: datetime, caller: Caller = STRANGER, customer: Customer | None = None
) -> PricedCart:
    """The cart at today's prices and stock, from cached products, with what it gets off. Raises CartNotFound as `cart`
    does."""
    return price(cart(cart_id, caller=caller), market=market, now=now, customer=customer)


def price(
    held: Cart,
    *,
    market: Market,
    now: datetime,
    with_stock: bool = True,
    customer: Customer | None = None,
    known: Mapping[str, Product] | None = None,
) -> PricedCart:
    """As `priced_cart`, for a cart that was just read or changed; without asking for stock, codes and gift cards it
    costs no SQL. `known` are products that were read a moment ago."""
    wanted = dict.fromkeys(line.product_id for line in (*held.lines, *held.saved))
    missing = [product_id for product_id in wanted if product_id not in (known or {})]
    read, unknown = catalog.known_products(missing)
    products = {**read, **(known or {})}
    levels = _levels(held) if with_stock else None
    lines = priced_lines(held.lines, market=market, products=products, unknown=unknown, levels=levels)
    saved = priced_lines(held.saved, market=market, products=products, unknown=unknown, levels=levels)
    offers = [line.offer for line in lines if line.offer]
    subtotal = Money(sum(o.total.amount for o in offers), market.currency)
    shipping = _default_delivery(offers, market, now.date()) if lines else None
    return PricedCart(
        cart=held,
        market=market,
        lines=lines,
        subtotal=subtotal,
        shipping=shipping,
        saved=saved,
        discounts=apply(
            basket_of(offers, market=market, shipping=shipping.price.amount if shipping else 0),
            deals.browse(held.codes, customer=customer, now=now),
        ),
        cards=_cards(held, market, now),
    )


def _cards(held: Cart, market: Market, now: datetime) -> tuple[GiftCard, ...]:
    """None while PostgreSQL does not answer: checkout, which needs it, looks again."""
    hashes = [card.card_hash for card in held.gift_cards]
    try:
        return tuple(gift_cards.find(hashes, currency=market.currency, now=now))
    except (OperationalError, InterfaceError):
        return ()


def delivery_options(cart: PricedCart, to: Destination, *, on: date) -> list[ShippingMethod]:
    """How a cart can be delivered, the default first. Raises CannotShip, LinesUnknown, SnapshotUnavailable."""
    cart.check_known()
    return shipping_methods(ZONES.get(), cart.market, to, parcel_of(cart.offers, cart.market), on=on)


def _default_delivery(offers: Sequence[Offer], market: Market, on: date) -> ShippingMethod | None:
    """None while nobody knows what delivery costs, and for what is delivered nowhere as a whole."""
    to = Destination(country=market.countries[0])
    try:
        return shipping_methods(ZONES.get(), market, to, parcel_of(offers, market), on=on)[0]
    except (CannotShip, SnapshotUnavailable):
        return None


def _levels(held: Cart) -> dict[str, stock.Availability] | None:
    """None while PostgreSQL does not answer: a cart can be looked at without it."""
    try:
        return stock.levels(line.sku for line in (*held.lines, *held.saved))
    except (OperationalError, InterfaceError):
        return None


def order_for(*, number: str, user: AbstractBaseUser | None = None, token: str | None = None) -> Order:
    """The order with its lines, notes for the customer and payments, for its owner or whoever holds its token.

    Raises OrderNotFound for anybody else, so that numbers cannot be tried out.
    """
    order = bare_order(number)
    is_owner = user is not None and user.is_authenticated and order.user_id == user.pk
    if not is_owner and not (token and constant_time_compare(token, order.access_token)):
        raise OrderNotFound(number)
    prefetch_related_objects(
        [order],
        Prefetch("lines", OrderLine.objects.order_by("pk").prefetch_related("downloads")),
        Prefetch("notes", OrderNote.objects.filter(for_customer=True)),
        "discounts",
        Prefetch("payments", Payment.objects.order_by("-attempt")),
    )
    return with_aftersale([order])[0]


def bare_order(number: str) -> Order:
    """The order's own row, for the code that has just made it and need not ask who reads. Raises OrderNotFound."""
    found = prepared.select(Order, number=number)
    if not found or not found[0].is_shown:
        raise OrderNotFound(number)
    return found[0]


def owner_of(number: str) -> int | None:
    """The person whose order it is; None for a guest's, and where there is no such order."""
    return Order.shown().filter(number=number).values_list("user_id", flat=True).first()


def placed_order(number: str) -> Order:
    """As `bare_order`, with what the answer to a new order shows: lines, discounts and payments."""
    order = bare_order(number)
    prepared.attach(order, "lines", prepared.select(OrderLine, order_id=order.pk, order_by="id"))
    prepared.attach(order, "discounts", prepared.select(OrderDiscount, order_id=order.pk, order_by="id"))
    payments = prepared.select(Payment, order_id=order.pk, order_by="-attempt")
    prepared.attach(order, "payments", payments)
    for payment in payments if order.paid_at else ():
        prepared.attach(payment, "refunds", prepared.select(Refund, payment_id=payment.pk, order_by="id"))
    return order


def with_aftersale(orders: list[Order]) -> list[Order]:
    """The orders with their discounts, payments, parcels, returns and refunds, in as many statements as for one."""
    prefetch_related_objects(orders, "payments", "discounts")
    prefetch_related_objects(
        [order for order in orders if order.paid_at],
        Prefetch("fulfilments", Fulfilment.objects.prefetch_related("lines__line")),
        Prefetch("returns", ReturnRequest.objects.prefetch_related("lines__line")),
        "payments__refunds__lines__line",
    )
    return orders


def return_of(order: Order, return_id: int) -> ReturnRequest:
    """One of the order's returns. Raises ReturnNotFound, also for another order's."""
    found = next((one for one in order.returns.prefetch_related("lines__line") if one.pk == return_id), None)
    if found is None:
        raise ReturnNotFound(return_id)
    return found


def documents_of(order: Order) -> list[Invoice]:
    """The order's invoice and credit notes, oldest first."""
    return list(Invoice.objects.filter(order=order).select_related("order").order_by("pk"))


def document_page(
    order: Order, *, cursor: str | None = None, limit: int = PAGE_SIZE
) -> tuple[list[Invoice], str | None]:
    """A page of them, and the cursor of the next. Raises BadCursor."""
    documents = Invoice.objects.filter(order=order).select_related("order").order_by("pk")
    if cursor is not None:
        if not (cursor.isascii() and cursor.isdigit() and int(cursor[:20]) < 2**63 and len(cursor) < 20):
            raise BadCursor(cursor)
        documents = documents.filter(pk__gt=int(cursor))
    found = list(documents[: limit + 1])
    return found[:limit], str(found[limit - 1].pk) if len(found) > limit else None


def documents_of_all(orders: Iterable[Order]) -> list[Invoice]:
    """The invoices and credit notes of these orders, each order's oldest first, in one statement."""
    by_id = {order.pk: order for order in orders}
    found = list(Invoice.objects.filter(order__in=by_id).order_by("pk"))
    for document in found:
        document.order = by_id[document.order_id]
    return found


def document_of(order: Order, number: str) -> Invoice:
    """One of them by its number, `INV-2026-000123`. Raises DocumentNotFound, also for another order's."""
    series, _dash, sequence = number.rpartition("-")
    found = Invoice.objects.filter(order=order, series=series, sequence=int(sequence)) if _is_count(sequence) else None
    document = found.select_related("order").first() if found is not None else None
    if document is None:
        raise DocumentNotFound(number)
    return document


def _is_count(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isdigit()


def orders_of(user: AbstractBaseUser, *, cursor: str | None = None, limit: int = PAGE_SIZE) -> OrderPage:
    """A person's orders. Three statements a page, however deep. Raises BadCursor.

    May come from the replica, but holds whatever the person did themselves.
    """
    mine = Order.shown().filter(user_id=user.pk).order_by("-placed_at", "-pk").prefetch_related("lines", "discounts")
    if cursor:
        placed_at, pk = _read_cursor(cursor)
        mine = mine.filter(Q(placed_at__lt=placed_at) | Q(placed_at=placed_at, pk__lt=pk))
    found = replica.read(lambda using: list(mine.using(using)[: limit + 1]), person=user.pk)
    page = found[:limit]
    return OrderPage(page, _cursor(page[-1]) if len(found) > limit else None)


def _cursor(order: Order) -> str:
    return urlsafe_b64encode(f"{order.placed_at.isoformat()} {order.pk}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        placed_at, _space, pk = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        at, row = datetime.fromisoformat(placed_at), int(pk)
        # Near the ends of the calendar a time zone leads out of it.
        moment = at.astimezone(UTC)
    except (ValueError, OverflowError, binascii.Error):
        raise BadCursor(cursor) from None
    if at.tzinfo is None or not 0 <= row < 2**63:
        raise BadCursor(cursor)
    return moment, row
