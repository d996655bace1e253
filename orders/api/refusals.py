"""What the services refuse, as problem documents."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from accounts.domain import InvalidAddress
from orders.carts.cart import CartNotFound
from orders.carts.store import BadQuantity, CartChanged, CartFull, SavedFull, TooManyCodes
from orders.gift_cards import GiftCardShort
from orders.pricing.offers import PriceMissing, ProductGone
from orders.pricing.shipping import CannotShip, UnknownShippingMethod
from orders.pricing.tax.vat_ids import InvalidBusiness
from orders.promotion_uses import UsedUp
from orders.queries import BadCursor
from orders.services.cancel_order import CannotCancel
from orders.services.cart_codes import CodeRefused, GiftCardRefused, UnknownCode
from orders.services.carts import SoldOut, UnknownItem, Withdrawn
from orders.services.destinations import InvalidPlace
from orders.services.pay_order import NotOffered, NotPayable
from orders.services.place_order import CartEmpty, CodeNotApplied
from orders.services.request_return import CannotReturn, CannotWithdraw
from orders.stock import OutOfStock
from orders.wishes.wish import WishlistFull
from shopcloud.lib.problems import Problem

_REFUSALS: dict[type[Exception], tuple[int, str]] = {
    CartNotFound: (404, "cart_not_found"),
    UnknownItem: (404, "unknown_item"),
    BadQuantity: (400, "bad_quantity"),
    BadCursor: (400, "bad_cursor"),
    CannotShip: (400, "cannot_ship"),
    UnknownShippingMethod: (400, "unknown_shipping_method"),
    WishlistFull: (409, "wishlist_full"),
    CartEmpty: (409, "cart_empty"),
    CartChanged: (409, "cart_changed"),
    CartFull: (409, "cart_full"),
    SavedFull: (409, "saved_full"),
    TooManyCodes: (409, "too_many_codes"),
    UnknownCode: (404, "unknown_code"),
    GiftCardRefused: (404, "unknown_gift_card"),
    CodeRefused: (409, "code_refused"),
    CodeNotApplied: (409, "code_not_applied"),
    UsedUp: (409, "offer_used_up"),
    GiftCardShort: (409, "gift_card_short"),
    SoldOut: (409, "out_of_stock"),
    Withdrawn: (409, "not_for_sale"),
    ProductGone: (409, "not_for_sale"),
    PriceMissing: (409, "not_for_sale"),
    OutOfStock: (409, "out_of_stock"),
    NotPayable: (409, "not_payable"),
    NotOffered: (400, "gateway_not_offered"),
    CannotCancel: (409, "cannot_cancel"),
    CannotReturn: (409, "cannot_return"),
    CannotWithdraw: (409, "cannot_withdraw"),
}


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what a service refuses into a Problem that names the SKU or the fields."""
    try:
        yield
    except InvalidPlace as error:
        raise Problem(400, "invalid", _("Tell where the buyer is."), errors=error.errors) from None
    except InvalidBusiness as error:
        raise Problem(400, "invalid", _("The company or its VAT id is not valid."), errors=error.errors) from None
    except InvalidAddress as error:
        raise Problem(
            400, "invalid", _("The address is not valid."), errors={"shipping_address": error.errors}
        ) from None
    except tuple(_REFUSALS) as error:
        # By what it is, not by its very class: a refusal may be a finer kind of one that is listed.
        status, code = next(_REFUSALS[kind] for kind in type(error).__mro__ if kind in _REFUSALS)
        named = {name: getattr(error, name) for name in ("sku", "available") if hasattr(error, name)}
        raise Problem(status, code, str(error), **named) from None
