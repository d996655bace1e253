"""All that orders keep of a person, readable: what they may ask us for. Secrets that open doors stay out."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.db.models import Q

from orders.carts import mirror, store
from orders.carts.cart import CartNotFound
from orders.models import (
    DownloadGrant,
    Draft,
    Fulfilment,
    GiftCard,
    GiftCardEntry,
    Invoice,
    Mailing,
    Order,
    OrderDiscount,
    OrderLine,
    OrderNote,
    Payment,
    PaymentOperation,
    PromotionUse,
    Refund,
    ReturnLine,
    ReturnRequest,
    SavedCart,
    StockAlert,
)
from orders.privacy import orders_of
from shopcloud.lib.rows import rows_of

Rows = list[dict[str, Any]]
# Each table, how it leads to an order, and what of it opens a door or names another person.
_OF_ORDERS: tuple[tuple[str, Any, str, tuple[str, ...]], ...] = (
    ("orders", Order, "pk__in", ("access_token", "cart_id")),
    ("order_lines", OrderLine, "order__in", ("download",)),
    ("order_notes", OrderNote, "order__in", ("author_id",)),
    ("order_discounts", OrderDiscount, "order__in", ()),
    ("promotion_uses", PromotionUse, "order__in", ()),
    ("drafts", Draft, "order__in", ("author_id",)),
    ("payments", Payment, "order__in", ("redirect_url",)),
    ("payment_operations", PaymentOperation, "payment__order__in", ("author_id",)),
    ("refunds", Refund, "payment__order__in", ("author_id",)),
    ("returns", ReturnRequest, "order__in", ()),
    ("return_lines", ReturnLine, "request__order__in", ()),
    ("parcels", Fulfilment, "order__in", ("author_id",)),
    ("downloads", DownloadGrant, "line__order__in", ("token",)),
    ("gift_card_payments", GiftCardEntry, "order__in", ()),
    ("invoices", Invoice, "order__in", ()),
    ("mails", Mailing, "order__in", ()),
)


def orders_export(user_id: int | None, emails: Collection[str]) -> dict[str, Rows]:
    """Every order of the person's with all that hangs on it."""
    keys = [order.pk for order in orders_of(user_id, emails)]
    made = {
        name: rows_of(model.objects.filter(**{path: keys}), without=without)
        for name, model, path, without in _OF_ORDERS
    }
    if user_id is not None:
        cards = GiftCard.objects.filter(issued_for_id=user_id)
        made["gift_cards"] = rows_of(cards, without=("code_hash", "issued_by_id", "note"))
    return made


def carts_export(user_id: int | None, emails: Collection[str]) -> dict[str, Rows]:
    """The person's cart as Redis holds it, and its copy in the database."""
    if user_id is None:
        return {"carts": [], "saved_carts": []}
    cart_id = mirror.cart_id_of_person(user_id)
    saved = rows_of(SavedCart.objects.filter(user_id=user_id), without=("cart_id", "gift_cards"))
    return {"carts": _cart(cart_id, user_id) if cart_id else [], "saved_carts": saved}


def alerts_export(user_id: int | None, emails: Collection[str]) -> dict[str, Rows]:
    by_account = Q(user_id=user_id) if user_id is not None else Q(pk__in=())
    return {"stock_alerts": rows_of(StockAlert.objects.filter(by_account | Q(email__in=list(emails))))}


def order_numbers(user_id: int | None, emails: Collection[str]) -> list[str]:
    return [order.number for order in orders_of(user_id, emails)]


def _cart(cart_id: str, user_id: int) -> Rows:
    try:
        cart = asdict(store.read(cart_id))
    except CartNotFound:
        return []
    return [{name: value for name, value in cart.items() if name not in {"cart_id", "gift_cards"}}]
