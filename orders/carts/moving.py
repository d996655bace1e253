"""Lines on the move: a guest's cart into a person's, a mirrored cart back into the store, a line aside for later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from orders.carts import moving_scripts as scripts
from orders.carts import store
from orders.carts.cart import MAX_CODES, MAX_LINES, MAX_QUANTITY, MAX_SAVED, STRANGER, Caller, Cart, CartNotFound
from orders.carts.mirror import Mirrored
from orders.carts.spelling import LINE, SAVED, fields_of
from shopcloud.lib import guards, redis


@dataclass(frozen=True, slots=True)
class Short:
    """A SKU of which the merged cart holds fewer than both carts together; 0 where there was no room for it."""

    sku: str
    wanted: int
    got: int


@dataclass(frozen=True, slots=True)
class Merged:
    """`is_new` is False where these carts were merged before: then nothing was changed."""

    cart: Cart
    is_new: bool
    short: tuple[Short, ...]


def restore(*, owner: int, mirrored: Mirrored, now: datetime) -> Cart:
    """The owner's cart, from the store or, where that lost it, from the mirror. Raises CartNotFound if it moved on."""
    fields = [part for field in fields_of(mirrored.held) for part in field]
    answer = store.run(
        scripts.RESTORE, [store.key(mirrored.cart_id)], now, owner, mirrored.market, mirrored.version, *fields
    )
    if answer[0] != b"ok":
        raise CartNotFound(mirrored.cart_id)
    return store.written(mirrored.cart_id, answer, now)


def hand_over(*, source_id: str, target_id: str, caller: Caller) -> dict[bytes, bytes]:
    """Close the source for good and give its fields; again the same fields for the same target.

    Raises CartNotFound, also for a source that is closed for another target.
    """
    answer = store.script(scripts.HAND_OVER)(
        keys=[store.key(source_id)], args=[target_id, caller.key], client=redis.store()
    )
    if answer[0] != b"ok":
        raise CartNotFound(source_id)
    return dict(zip(answer[1][::2], answer[1][1::2], strict=True))


def merge(
    *, source_id: str, fields: Mapping[bytes, bytes], target: Cart, most: Mapping[str, int], now: datetime
) -> Merged:
    """Add a closed source's lines to the target, none above `most` of its SKU; once, however often it is called."""
    lines = sorted(
        ((name.decode(), value.decode()) for name, value in fields.items() if name.startswith(b"l:")),
        key=lambda pair: int(pair[1].rpartition(" ")[2]),
    )
    args: list[str | int] = [MAX_LINES, MAX_SAVED, MAX_CODES, int(guards.stands("carts.merge")), len(lines)]
    for name, value in lines:
        args += [name, min(most.get(name[2:], MAX_QUANTITY), MAX_QUANTITY), value]
    for field, copied in sorted(fields.items()):
        if field.startswith((b"s:", b"c:", b"g:")):
            args += [field.decode(), copied.decode()]
    keys = [store.key(target.cart_id), store.key(target.cart_id, "merged", source_id)]
    answer = store.run(scripts.MERGE, keys, now, Caller(target.owner).key, *args)
    if answer[0] != b"ok":
        raise CartNotFound(target.cart_id)
    short = tuple(Short(name[2:].decode(), int(wanted), int(got)) for name, wanted, got in answer[4])
    return Merged(store.written(target.cart_id, answer, now), answer[3] == b"now", short)


def forget(source_id: str) -> None:
    """Drop a source whose lines have arrived."""
    redis.store().delete(store.key(source_id))


def save_for_later(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Put a line aside; a SKU that is not there changes nothing. Raises CartNotFound, SavedFull."""
    return _move(cart_id, sku, LINE, SAVED, MAX_SAVED, now, caller, full=store.SavedFull)


def back_to_cart(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Put what was saved into the cart again. Raises CartNotFound, CartFull."""
    return _move(cart_id, sku, SAVED, LINE, MAX_LINES, now, caller, full=store.CartFull)


def forget_saved(*, cart_id: str, sku: str, now: datetime, caller: Caller = STRANGER) -> Cart:
    """Raises CartNotFound."""
    return _move(cart_id, sku, SAVED, "", MAX_SAVED, now, caller, full=store.SavedFull)


def _move(
    cart_id: str, sku: str, source: str, target: str, most: int, now: datetime, caller: Caller, *, full: type[Exception]
) -> Cart:
    return store.write(scripts.MOVE_LINE, cart_id, now, caller.key, sku, source, target, MAX_QUANTITY, most, full=full)
